// Promises of tags of the languages that run as written: every definition, use and import of a sample, exactly.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/code/tags/support.h"

namespace argosy::code {
namespace {

TEST(TagsOfLanguages, ReadPython) {
  const auto tags = read_tags("a.py", kPythonSample);
  EXPECT_FALSE(tags.broken);
  EXPECT_EQ(definitions(tags), R"(6-6 constant LIMIT *
7-7 variable name *
7-7 variable _hidden
10-19 class Outer *
11-11 field Outer.field *
13-17 method Outer.method *
14-16 function Outer.method.inner
19-19 class Outer.Inner *
21-21 function _private
)");
  EXPECT_EQ(imports(tags), R"(1 os
1 a.b
2 .. {d}
3 .m {e, f}
4 n {*}
)");
  EXPECT_EQ(references(tags),
            "7 LIMIT, 9 decorated(), 9 os, 9 path, 10 Base, 11 int, 13 Kind, 13 LIMIT, 15 helper(), 15 z, 16 local, 16 "
            "deep, 16 call(), 16 x, 17 inner, 21 Outer(), 21 a, 21 e, 22 Alias, 22 Outer");
}

TEST(TagsOfLanguages, ReadJavaScript) {
  const auto tags = read_tags("a.js", kJavaScriptSample);
  EXPECT_FALSE(tags.broken);
  EXPECT_EQ(definitions(tags), R"(5-5 variable fs
6-6 constant LIMIT
7-7 function f *
7-7 function f.inner
8-8 class A *
8-8 field A.#hidden
8-8 field A.s
8-8 method A.v
8-8 method A.m
10-10 function arrow *
11-11 method T.go
12-12 function out *
13-13 variable object
13-13 method key
13-13 method short
14-14 function gen
)");
  EXPECT_EQ(imports(tags), R"(1 ./m.js {default, a, b}
2 n {*}
3 ./re {*}
4 ./ex {x}
5 fs
)");
  EXPECT_EQ(references(tags),
            "5 require(), 7 g(), 7 p, 7 inner(), 8 B, 8 f, 8 #hidden, 8 C(), 8 x, 8 run(), 9 A, 10 x, 10 y, 11 T, 11 "
            "prototype, 11 n, 12 exports, 13 plain, 13 LIMIT, 15 f");
}

TEST(TagsOfLanguages, ReadTypeScript) {
  const auto tags = read_tags("a.ts", kTypeScriptSample);
  EXPECT_FALSE(tags.broken);
  EXPECT_EQ(definitions(tags), R"(2-2 interface Shape *
2-2 method Shape.area *
2-2 field Shape.side *
3-3 enum Color *
3-3 constant Color.Red *
3-3 constant Color.Green *
4-4 type Pair *
4-4 field Pair.left *
4-4 field Pair.right *
5-10 class Box *
6-6 field Box.size
7-7 method Box.constructor *
8-8 method Box.open *
9-9 method Box.handler *
11-11 module Inner.Deep
11-11 function Inner.Deep.f
12-12 function g
)");
  EXPECT_EQ(imports(tags), R"(1 ./t {T}
)");
  EXPECT_EQ(references(tags),
            "2 Base, 2 K, 4 Shape, 4 T, 4 T, 5 Shape, 5 T, 7 T, 9 Event, 9 open(), 11 Deep, 11 Color, 11 Pair, 11 make(), "
            "11 T, 11 a");
}

}  // namespace
}  // namespace argosy::code
