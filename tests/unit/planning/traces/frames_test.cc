// Promises of reading stack traces: the places of each language's traces as they are really printed, and nothing that only looks like one.
#include "workers/planning/traces/frames.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace argosy::planning {
namespace {

using ::testing::IsEmpty;

struct Sample {
  std::string name, text;
  std::vector<Frame> frames;
};
class ATrace : public ::testing::TestWithParam<Sample> {};

TEST_P(ATrace, IsReadToItsPlaces) { EXPECT_EQ(frames_in(GetParam().text), GetParam().frames); }

const std::vector<Sample> kSamples{
    {"python",
     "It fails:\n\nTraceback (most recent call last):\n"
     "  File \"<frozen importlib._bootstrap>\", line 3, in _load\n"
     "  File \"/app/shop/main.py\", line 31, in <module>\n    main()\n"
     "  File \"shop/price.py\", line 12, in total\n    return sum(p) / n\nZeroDivisionError: division by zero\n",
     {{"python", "/app/shop/main.py", 31, "<module>"}, {"python", "shop/price.py", 12, "total"}}},
    {"python_quoted_in_a_log", "> 2026-11-22 ERROR   File \"a b/c.py\", line 7\n>     x = (\n", {{"python", "a b/c.py", 7, ""}}},
    {"python_on_windows", "  File \"C:\\app\\shop\\price.py\", line 2, in f\n", {{"python", "C:/app/shop/price.py", 2, "f"}}},
    {"node",
     "TypeError: x is not a function\n"
     "    at total (/app/src/price.js:12:5)\n"
     "    at async Promise.all (index 0)\n"
     "    at async file:///app/src/main.mjs:3:1\n"
     "    at new Cart (webpack:///./src/cart.ts:40:11)\n"
     "    at process.processTicksAndRejections (node:internal/process/task_queues:95:5)\n",
     {{"node", "/app/src/price.js", 12, "total"},
      {"node", "/app/src/main.mjs", 3, ""},
      {"node", "webpack:///./src/cart.ts", 40, "new Cart"}}},
    {"go",
     "panic: runtime error: index out of range [3] with length 3\n\n"
     "goroutine 1 [running]:\n"
     "example.com/shop/price.Total({0xc000012345, 0x3, 0x3})\n"
     "\t/app/price/total.go:12 +0x1d\n"
     "main.main()\n"
     "\t/app/main.go:7 +0x2a\n"
     "exit status 2\n",
     {{"go", "/app/price/total.go", 12, "example.com/shop/price.Total"}, {"go", "/app/main.go", 7, "main.main"}}},
    {"go_test",
     "    total_test.go:21: got 3, want 4\n    price/x.go:4:2: undefined: y\n",
     {{"go", "total_test.go", 21, ""}, {"go", "price/x.go", 4, ""}}},
    {"java",
     "Exception in thread \"main\" java.lang.NullPointerException: x\n"
     "\tat com.acme.shop.Price.total(Price.java:12)\n"
     "\tat app//com.acme.shop.Price$Sum.lambda$add$0(Price.java:31) ~[shop.jar:?]\n"
     "\tat java.base/java.util.ArrayList.forEach(ArrayList.java:1511)\n"
     "\tat jdk.internal.reflect.GeneratedMethodAccessor1.invoke(Unknown Source)\n"
     "\tat com.acme.Main.main(Main.kt:3)\nCaused by: java.io.IOException\n\t... 3 more\n",
     {{"java", "com/acme/shop/Price.java", 12, "com.acme.shop.Price.total"},
      {"java", "com/acme/shop/Price.java", 31, "com.acme.shop.Price$Sum.lambda$add$0"},
      {"java", "java/util/ArrayList.java", 1511, "java.util.ArrayList.forEach"},
      {"java", "com/acme/Main.kt", 3, "com.acme.Main.main"}}},
    {"gdb",
     "Program received signal SIGSEGV, Segmentation fault.\n"
     "#0  shop::total (cart=0x0) at src/price.cc:12\n"
     "#1  0x0000555555555171 in main (argc=1, argv=0x7ffe) at /app/src/main.cc:9\n"
     "#2  0x00007ffff7a2d in __libc_start_main () from /lib/libc.so.6\n",
     {{"cpp", "src/price.cc", 12, "shop::total"}, {"cpp", "/app/src/main.cc", 9, "main"}}},
    {"address_sanitizer",
     "==7==ERROR: AddressSanitizer: heap-use-after-free on address 0x602\n"
     "READ of size 4 at 0x602 thread T0\n"
     "    #0 0x55d4c in shop::total(Cart const&) /app/src/price.cc:12:7\n"
     "    #1 0x55d4d in main /app/src/main.cc:9\n"
     "    #2 0x7f3 in __libc_start_call_main ../sysdeps/nptl/libc_start_call_main.h:58\n"
     "    #3 0x7f4  (/lib/x86_64-linux-gnu/libc.so.6+0x27249)\n",
     {{"cpp", "/app/src/price.cc", 12, "shop::total"},
      {"cpp", "/app/src/main.cc", 9, "main"},
      {"cpp", "../sysdeps/nptl/libc_start_call_main.h", 58, "__libc_start_call_main"}}},
    {"backtrace_symbols",
     "./shop(+0x1a2b) [0x55d4c0a2b]\n"
     "./shop(main+0x2f) [0x55d4c0b11] main at /app/src/main.cpp:9 (discriminator 2)\n",
     {{"cpp", "/app/src/main.cpp", 9, ""}}},
    {"undefined_behaviour", "src/price.cc:12:7: runtime error: division by zero\n", {{"cpp", "src/price.cc", 12, ""}}},
    {"compiler", "/app/src/price.h:3:10: fatal error: 'x.h' file not found\n", {{"cpp", "/app/src/price.h", 3, ""}}},
    {"assertion", "shop: src/price.c:12: int total(int): Assertion `n > 0' failed.\n", {{"cpp", "src/price.c", 12, ""}}},
    {"each_place_once",
     "  File \"a.py\", line 3, in f\n  File \"a.py\", line 3, in f\n  File \"a.py\", line 4, in f\n",
     {{"python", "a.py", 3, "f"}, {"python", "a.py", 4, "f"}}},
};
INSTANTIATE_TEST_SUITE_P(All, ATrace, ::testing::ValuesIn(kSamples), [](const auto& info) { return info.param.name; });

TEST(Frames, AreNotSeenInProse) {
  EXPECT_THAT(
      frames_in("Look at price.py, line 3, and meet me at 10:30 (see docs/a.md:4).\nat noon:12\n#1 is best.cc\nFile \"x\", line y\n"),
      IsEmpty());
  EXPECT_THAT(frames_in(""), IsEmpty());
}

TEST(Frames, AreBounded) {
  std::string text;
  for (int i = 1; i < 1'000; ++i) text += "  File \"a.py\", line " + std::to_string(i) + "\n";
  EXPECT_EQ(frames_in(text).size(), kMaxFrames);
  EXPECT_THAT(frames_in("  File \"a.py\", line 99999999999999999999\n"), IsEmpty());
  EXPECT_THAT(frames_in("  File \"" + std::string(5'000, 'a') + ".py\", line 1\n"), IsEmpty());
}

}  // namespace
}  // namespace argosy::planning
