// Promises of tags of the languages that are compiled: every definition, use and import of a sample, exactly.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/code/tags/support.h"

namespace argosy::code {
namespace {

TEST(TagsOfLanguages, ReadGo) {
  const auto tags = read_tags("a.go", kGoSample);
  EXPECT_FALSE(tags.broken);
  EXPECT_EQ(tags.package, "main");
  EXPECT_EQ(definitions(tags), R"(9-9 constant A *
9-9 constant b
12-12 variable Global *
14-17 interface Shape *
15-15 method Shape.Area *
18-21 struct Box *
19-19 field Box.Width *
19-19 field Box.height
22-22 type id
24-28 method Box.Area *
30-30 function main
)");
  EXPECT_EQ(imports(tags), R"(4 fmt
5 github.com/x/y
)");
  EXPECT_EQ(references(tags),
            "12 m, 12 New(), 12 A, 15 int, 15 float64, 16 fmt, 16 Stringer, 18 any, 19 int, 20 Inner, 22 string, 24 Box, 24 "
            "T, 24 int, 24 float64, 25 compute(), 25 x, 26 y, 27 b, 27 height, 27 local, 27 z, 30 fmt, 30 Println(), 30 "
            "Box, 30 int, 30 Width");
}

TEST(TagsOfLanguages, ReadJava) {
  const auto tags = read_tags("A.java", kJavaSample);
  EXPECT_FALSE(tags.broken);
  EXPECT_EQ(tags.package, "com.example.app");
  EXPECT_EQ(definitions(tags), R"(8-23 class Outer *
9-9 constant Outer.LIMIT
10-10 field Outer.items *
10-10 field Outer.others *
11-11 enum Outer.Color
11-11 constant Outer.Color.RED
11-11 constant Outer.Color.GREEN
11-11 field Outer.Color.code
12-12 interface Outer.Inner
12-12 method Outer.Inner.run
12-12 constant Outer.Inner.MAX
13-13 class Outer.Point
15-15 method Outer.Outer *
18-22 method Outer.go *
)");
  EXPECT_EQ(imports(tags), R"(3 java.util.List
4 java.util.Map {*}
)");
  EXPECT_EQ(references(tags),
            "7 Service, 8 Base, 8 Runner, 10 List, 10 T, 12 String, 12 Exception, 15 List, 15 T, 15 items, 15 items, 17 "
            "Override, 18 R, 18 R, 19 List, 19 T, 19 ArrayList(), 20 T, 20 items, 20 local, 20 add(), 20 helper(), 20 one, "
            "20 value(), 20 in, 21 local, 21 stream(), 21 map(), 21 x, 21 name, 21 get(), 21 LIMIT");
}

TEST(TagsOfLanguages, ReadC) {
  const auto tags = read_tags("a.c", kCSample);
  EXPECT_FALSE(tags.broken);
  EXPECT_EQ(definitions(tags), R"(3-3 macro LIMIT *
4-4 macro MAX *
6-6 struct box_t *
6-6 field box_t.width *
6-6 field box_t.data *
7-7 type callback *
8-8 struct node *
8-8 field node.next *
8-8 field node.box *
9-9 enum color *
9-9 constant color.RED *
9-9 constant color.GREEN *
10-10 constant kTable
12-12 variable global *
12-12 variable pointer *
14-14 function area *
17-22 function helper
)");
  EXPECT_EQ(imports(tags), R"(1 <stdio.h>
2 common/code/own.h
)");
  EXPECT_EQ(references(tags),
            "8 node, 8 box_t, 10 LIMIT, 14 box_t, 17 node, 19 MAX(), 19 n, 19 box, 19 width, 19 LIMIT, 20 done(), 20 local, "
            "21 area(), 21 n, 21 box, 21 local, 21 kTable");
}

TEST(TagsOfLanguages, ReadCpp) {
  const auto tags = read_tags("a.cpp", kCppSample);
  EXPECT_FALSE(tags.broken);
  EXPECT_EQ(definitions(tags), R"(2-21 module app.detail *
4-17 class app.detail.Box *
5-5 field app.detail.Box.hidden_
8-8 method app.detail.Box.Box *
9-9 method app.detail.Box.~Box *
10-10 method app.detail.Box.get *
11-11 method app.detail.Box.operator= *
12-12 struct app.detail.Box.Inner *
12-12 field app.detail.Box.Inner.x *
13-13 enum app.detail.Box.Color *
13-13 constant app.detail.Box.Color.red *
13-13 constant app.detail.Box.Color.green *
16-16 field app.detail.Box.item_
18-18 type app.detail.Alias *
19-19 constant app.detail.kLimit *
20-20 function app.detail.hidden
24-24 function local
26-29 method app.Shape.name *
)");
  EXPECT_EQ(imports(tags), R"(1 <vector>
)");
  EXPECT_EQ(references(tags),
            "4 Base, 4 T, 8 T, 8 item_, 8 item, 9 Box, 10 T, 10 item_, 11 Box, 11 Box, 16 T, 18 Box, 24 x, 26 std, 26 "
            "string, 26 app, 26 Shape, 27 std, 27 make_unique(), 27 app, 27 Box, 27 n, 28 box, 28 get(), 28 render(), 28 "
            "local(), 28 n");
}

TEST(TagsOfLanguages, ReadRust) {
  const auto tags = read_tags("a.rs", kRustSample);
  EXPECT_FALSE(tags.broken);
  EXPECT_EQ(definitions(tags), R"(3-3 module inner *
4-6 module tests
5-5 function tests.check
7-7 constant LIMIT *
8-8 variable COUNT
9-9 macro twice
11-11 struct Point *
11-11 field Point.x *
11-11 field Point.y
12-12 enum Shape *
12-12 constant Shape.Circle *
12-12 constant Shape.Square *
12-12 field Shape.side *
13-13 interface Area *
13-13 method Area.area *
13-13 type Area.Out *
15-19 method Point.area *
21-21 method Shape.new *
21-21 method Shape.own
)");
  EXPECT_EQ(imports(tags), R"(1 std::fmt {self, Display}
1 std {io}
2 crate::a {*}
3 mod inner
)");
  EXPECT_EQ(references(tags),
            "10 derive, 10 Debug, 11 T, 11 T, 14 Area, 14 Point, 14 T, 16 helper(), 16 T, 16 x, 17 println(), 17 local, 17 "
            "deep, 17 scale, 18 Point, 18 x, 18 local, 18 y, 18 LIMIT, 18 area(), 21 Shape, 21 Self, 21 Shape, 21 Circle()");
}

}  // namespace
}  // namespace argosy::code
