// Reports that may be too large to hold: they are read in pieces, whatever their size. Used by the command line. One
// thread.
#pragma once

#include <cstdint>
#include <string_view>

#include "common/reports/report.h"

namespace argosy::reports {

// What a reader that needs the whole text may hold at once.
inline constexpr std::size_t kMaxWholeBytes = 64u << 20;
// What is read of a JUnit report, which is never held whole.
inline constexpr std::uint64_t kMaxStreamBytes = 4ull << 30;

// The formats that can be asked for by name: junit, tap, go-test-json, jest-json, console.
bool is_format(std::string_view name);

// Like parse_any, or like the reader of `format` where that is not empty. Of a text that is larger than its reader takes the rest is
// left out: the report says truncated.
Result<Report> parse_source(const Source& source, std::string_view format = {});

}  // namespace argosy::reports
