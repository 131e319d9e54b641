#include "workers/planning/traces/frames.h"

#include <algorithm>
#include <cctype>
#include <optional>
#include <utility>

#include "common/core/text.h"

namespace argosy::planning {
namespace {

constexpr std::size_t kMaxPath = 1'024, kMaxFunction = 300;
constexpr std::int64_t kMaxLine = 10'000'000;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::optional<std::int64_t> number(std::string_view text) {
  const auto value = text::to_int(text.substr(0, std::min(text.find_first_not_of("0123456789"), text.size())));
  return value && *value > 0 && *value <= kMaxLine ? value : std::nullopt;
}

bool has_ending(std::string_view path, std::initializer_list<std::string_view> endings) {
  return std::ranges::any_of(endings, [&](auto ending) { return path.ends_with(ending) && path.size() > ending.size(); });
}

// Below a path or "file:///path"; with "/" between its folders.
std::string plain(std::string_view path) {
  if (path.starts_with("file://")) path.remove_prefix(7);
  std::string text(path);
  std::ranges::replace(text, '\\', '/');
  return text;
}

Frame frame(std::string_view language, std::string_view file, std::int64_t line, std::string_view function) {
  return {.language = std::string(language),
          .file = plain(file),
          .line = line,
          .function = text::ellipsize(text::to_utf8(text::trim(function)), kMaxFunction)};
}

//   File "/app/shop/price.py", line 12, in total
std::optional<Frame> python(std::string_view line) {
  constexpr std::string_view kBegin = "File \"", kMiddle = "\", line ";
  const auto begin = line.find(kBegin);
  if (begin == std::string_view::npos) return std::nullopt;
  const auto file = line.substr(begin + kBegin.size());
  const auto end = file.find(kMiddle);
  if (end == std::string_view::npos) return std::nullopt;
  const auto rest = file.substr(end + kMiddle.size());
  const auto at = number(rest);
  if (!at || file.starts_with('<')) return std::nullopt;
  const auto in = rest.find(", in ");
  return frame("python", file.substr(0, end), *at, in == std::string_view::npos ? "" : rest.substr(in + 5));
}

struct Place {
  std::string_view file;
  std::int64_t line = 0;
};

// "path:12" or "path:12:5", at the end of `text`.
std::optional<Place> place_at_end(std::string_view text) {
  const auto cut = [&]() -> std::optional<std::int64_t> {
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos || colon + 1 == text.size()) return std::nullopt;
    const auto digits = text.substr(colon + 1);
    if (!std::ranges::all_of(digits, is_digit)) return std::nullopt;
    text = text.substr(0, colon);
    return text::to_int(digits);
  };
  auto line = cut();
  if (!line) return std::nullopt;
  if (const auto first = cut()) line = first;
  if (text.empty() || *line < 1 || *line > kMaxLine) return std::nullopt;
  return Place{text, *line};
}

//   at total (/app/src/price.js:12:5)        at async /app/src/main.ts:3:1
std::optional<Frame> node(std::string_view line) {
  const auto begin = line.find("at ");
  if (begin == std::string_view::npos || (begin > 0 && line[begin - 1] != ' ' && line[begin - 1] != '\t')) return std::nullopt;
  auto rest = text::trim(line.substr(begin + 3));
  std::string_view function;
  if (rest.ends_with(')')) {
    const auto open = rest.rfind('(');
    if (open == std::string_view::npos) return std::nullopt;
    function = rest.substr(0, open);
    rest = rest.substr(open + 1, rest.size() - open - 2);
  } else if (rest.starts_with("async ")) {
    rest.remove_prefix(6);
  }
  const auto place = place_at_end(rest);
  if (!place || place->file.starts_with("node:")) return std::nullopt;
  if (!has_ending(place->file, {".js", ".ts", ".jsx", ".tsx", ".mjs", ".cjs", ".mts", ".cts", ".vue", ".svelte"})) return std::nullopt;
  return frame("node", place->file, place->line, function);
}

//   at com.acme.shop.Price.total(Price.java:12)        at app//com.acme.Price$Sum.lambda$0(Price.java:7) ~[shop.jar:?]
std::optional<Frame> java(std::string_view line) {
  const auto begin = line.find("at ");
  const auto open = line.find('(');
  if (begin == std::string_view::npos || open == std::string_view::npos || open < begin) return std::nullopt;
  const auto close = line.find(')', open);
  if (close == std::string_view::npos) return std::nullopt;
  const auto place = place_at_end(line.substr(open + 1, close - open - 1));
  if (!place || !has_ending(place->file, {".java", ".kt", ".scala", ".groovy"})) return std::nullopt;
  auto method = text::trim(line.substr(begin + 3, open - begin - 3));
  method = method.substr(method.rfind('/') + 1);  // a module or a loader stands before it
  // package.Class.method: what is in front of the class are folders.
  const auto before_method = method.substr(0, std::min(method.rfind('.'), method.size()));
  const auto dot = before_method.rfind('.');
  std::string folder(dot == std::string_view::npos ? "" : before_method.substr(0, dot + 1));
  std::ranges::replace(folder, '.', '/');
  return frame("java", folder + std::string(place->file), place->line, method);
}

//   \t/app/price/total.go:12 +0x1d        total_test.go:21: got 3        price/x.go:4:2: undefined: y
std::optional<Frame> go(std::string_view line, std::string_view before) {
  auto rest = text::trim(line);
  if (const auto space = rest.find(" +0x"); space != std::string_view::npos) rest = rest.substr(0, space);
  const auto complains = rest.find(": ");
  rest = rest.substr(0, complains);
  const auto place = place_at_end(rest);
  if (!place || place->file.contains(' ') || !has_ending(place->file, {".go"})) return std::nullopt;
  if (complains != std::string_view::npos) before = {};
  auto function = text::trim(before);
  if (function.starts_with("created by ")) function.remove_prefix(11);
  function = function.substr(0, std::min(function.rfind('('), function.size()));
  if (function.contains(' ')) function = {};
  return frame("go", place->file, place->line, function);
}

constexpr auto kCppEndings = {".cc", ".cpp", ".cxx", ".c", ".h", ".hpp", ".hh", ".hxx", ".ipp", ".inl"};

bool is_cpp(std::string_view path) {
  return std::ranges::any_of(kCppEndings, [&](std::string_view ending) { return path.ends_with(ending) && path.size() > ending.size(); });
}

// What stands behind the last " in ", up to its arguments: "total(Cart const&)" is total.
std::string_view function_of(std::string_view text) {
  const auto in = text.rfind(" in ");
  auto function = text::trim(in == std::string_view::npos ? std::string_view() : text.substr(in + 4));
  return text::trim(function.substr(0, std::min(function.find('('), function.size())));
}

//   #1  0x0000555 in total (cart=...) at src/price.cc:12        gdb
//     #1 0x55d in total(Cart const&) /app/src/price.cc:12:7     sanitizers
//   ./shop(+0x1a2b) [0x55d] total at /app/src/price.cc:12       backtrace_symbols with addr2line
//   src/price.cc:12:7: error: ...                               compilers
std::optional<Frame> cpp(std::string_view line) {
  auto rest = text::trim(line);
  const bool numbered = rest.starts_with('#') && rest.size() > 1 && is_digit(rest[1]);
  if (const auto at = rest.rfind(" at "); at != std::string_view::npos) {
    const auto tail = text::trim(rest.substr(at + 4));
    const auto place = place_at_end(tail.substr(0, std::min(tail.find(' '), tail.size())));
    if (place && is_cpp(place->file)) {
      auto head = rest.substr(0, at);
      auto function = function_of(head);
      if (function.empty() && numbered) {  // gdb's innermost frame has no address: "#0  total (cart=...)"
        head = head.substr(std::min(head.find(' '), head.size()));
        function = text::trim(head.substr(0, std::min(head.find('('), head.size())));
      }
      return frame("cpp", place->file, place->line, function);
    }
  }
  if (numbered) {
    const auto space = rest.rfind(' ');
    if (space == std::string_view::npos) return std::nullopt;
    const auto place = place_at_end(rest.substr(space + 1));
    if (place && is_cpp(place->file)) return frame("cpp", place->file, place->line, function_of(rest.substr(0, space)));
    return std::nullopt;
  }
  for (const std::string_view mark : {": error: ", ": fatal error: ", ": runtime error: ", ": Assertion "}) {
    const auto found = rest.find(mark);
    if (found == std::string_view::npos) continue;
    auto head = rest.substr(0, found);
    auto place = place_at_end(head);
    if (!place && mark == ": Assertion ") {  // "shop: src/price.cc:12: int total(): Assertion `x' failed."
      const auto first = head.find(": ");
      const auto second = first == std::string_view::npos ? first : head.find(": ", first + 2);
      if (second != std::string_view::npos) place = place_at_end(head.substr(first + 2, second - first - 2));
    }
    if (place && is_cpp(place->file)) return frame("cpp", place->file, place->line, "");
  }
  return std::nullopt;
}

std::optional<Frame> frame_in(std::string_view line, std::string_view before) {
  if (auto found = python(line)) return found;
  if (auto found = java(line)) return found;
  if (auto found = node(line)) return found;
  if (auto found = cpp(line)) return found;
  return go(line, before);
}

}  // namespace

std::vector<Frame> frames_in(std::string_view text) {
  std::vector<Frame> frames;
  std::string_view before;
  for (const auto line : text::lines(text.substr(0, kMaxTraceBytes))) {
    if (frames.size() == kMaxFrames) break;
    auto found = frame_in(line, before);
    before = line;
    if (!found || found->file.size() > kMaxPath || found->file.contains('\0')) continue;
    const bool known = std::ranges::any_of(frames, [&](const auto& one) { return one.file == found->file && one.line == found->line; });
    if (!known) frames.push_back(std::move(*found));
  }
  return frames;
}

}  // namespace argosy::planning
