#include "common/core/text/lasting.h"

#include <gtest/gtest.h>

namespace argosy::text {
namespace {

TEST(Lasting, KeepsWhatTellsRealDifferences) {
  for (const auto* const text : {"a.py:12:34: error", "  12:34  error  no-unused-vars", "12 passed", "version 1.2.3", "HTTP 404",
                                 "10.0.0.1:8080", "port 8080", "[3/17] building", "3 Files", "2026-11-22", "line 4711", "0x1f", "x12s"})
    EXPECT_EQ(lasting(text), text);
  EXPECT_EQ(lasting("took 12 ms (1m23.4s)"), "took #took (#took)");
  EXPECT_EQ(lasting("Nov 22 19:05 a.txt"), "#time a.txt");
  EXPECT_EQ(lasting("at 19:05:11.123Z"), "at #time");
  EXPECT_EQ(lasting("==123==ERROR sshd[4711]: Process ID: 88"), "==#pid==ERROR sshd[#pid]: Process ID: #pid");
  EXPECT_EQ(lasting("/tmp/build.Xy12ab/x tmpab12cd34"), "/tmp/#temp/x #temp");
  EXPECT_EQ(lasting("id 123e4567-e89b-12d3-a456-426614174000 at 1790000000"), "id #id at #time");
  EXPECT_EQ(lasting(lasting("pid 12 took 3s")), lasting("pid 12 took 3s"));
}

}  // namespace
}  // namespace argosy::text
