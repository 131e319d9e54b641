// What tools share.
#include <fmt/format.h>

#include <algorithm>

#include "common/agent/tools/tool.h"
#include "common/code/edits/staging.h"
#include "common/core/crypto.h"
#include "common/core/text.h"
#include "common/tasks/guards/protected_files.h"

namespace argosy::agent {
namespace {

constexpr std::size_t kMaxLine = 1'000;      // bytes of a line that is shown
constexpr std::size_t kMaxLineRanges = 100;  // of one file that are remembered

}  // namespace

ToolOutcome failed(std::string code, std::string text) { return {.text = std::move(text), .failed = true, .code = std::move(code)}; }

ToolOutcome failed(const Error& error) {
  auto outcome = failed(error.code, error.hint.empty() ? error.message : fmt::format("{} ({})", error.message, error.hint));
  if (error.code == "protected_file") outcome.protected_files = tasks::files_of_protected(error);
  return outcome;
}

std::string string_of(const json::Object& arguments, std::string_view name, std::string_view otherwise) {
  const auto* value = arguments.find(name);
  return value != nullptr && value->is_string() ? value->as_string() : std::string(otherwise);
}

std::int64_t int_of(const json::Object& arguments, std::string_view name, std::int64_t otherwise) {
  const auto* value = arguments.find(name);
  return value != nullptr && value->is_int() ? value->as_int() : otherwise;
}

std::expected<std::string, ToolOutcome> text_of(const Bench& bench, const std::string& path) {
  if (const auto problem = code::path_problem(path)) return std::unexpected(failed("path_unsafe", fmt::format("{}: {}", path, *problem)));
  code::Staging staging(bench.workspace);
  const auto file = staging.open(path);
  if (!file) return std::unexpected(failed(file.error().reason, file.error().hint));
  if (!(*file)->existed)
    return std::unexpected(failed("file_not_found", fmt::format("there is no file {}{}", path, staging.similar(path))));
  return (*file)->before;
}

std::string numbered(std::string_view text, std::int64_t from, std::int64_t to, std::size_t max, std::int64_t* last) {
  std::string out;
  std::int64_t number = 0;
  if (last != nullptr) *last = from - 1;
  for (const auto line : text::lines(text)) {
    if (++number < from) continue;
    if (number > to) break;
    auto shown = fmt::format("{:>6}\t{}\n", number, text::ellipsize(line, kMaxLine));
    if (out.size() + shown.size() > max) break;
    out += shown;
    if (last != nullptr) *last = number;
  }
  return out;
}

std::string digest_of(std::string_view bytes) { return crypto::sha256_hex(bytes); }

std::optional<ToolOutcome> stage_checked(const Bench& bench, const code::Edit& edit) {
  if (const auto allowed = check(bench.policy, bench.workspace, edit); !allowed) return failed(allowed.error());
  std::vector<std::string> known;
  for (const auto& [path, bytes] : edit.files) {
    const auto now = bench.workspace.read(path);
    const auto read = bench.record.read.find(path);
    if (now && *now && read != bench.record.read.end() && read->second.digest == digest_of(**now)) known.push_back(path);
  }
  if (const auto staged = bench.workspace.stage(edit); !staged) return failed(staged.error());
  for (const auto& [path, bytes] : edit.files) {
    bench.record.edited[path] = bench.round;
    if (!bytes) bench.record.read.erase(path);
    if (bytes && std::ranges::find(known, path) != known.end()) bench.record.read[path].digest = digest_of(*bytes);
  }
  return std::nullopt;
}

Result<std::shared_ptr<const code::Index>> index_now(const Bench& bench) {
  if (!bench.index) return fail_user("index_absent", "there is no index of this repository", "search_files and read_file work without");
  ARGOSY_TRY(const auto base, bench.index());
  if (base == nullptr) return fail_user("index_absent", "there is no index of this repository", "search_files and read_file work without");
  if (bench.workspace.edits().files.empty()) return base;
  auto now = code::Index::edited(base, bench.workspace.edits(), bench.edited == nullptr ? nullptr : bench.edited->get());
  if (bench.edited != nullptr) *bench.edited = now;
  return now;
}

namespace {

// Whether the ranges together are lines 1 to `count`.
bool cover(std::vector<std::pair<std::int64_t, std::int64_t>> ranges, std::int64_t count) {
  std::ranges::sort(ranges);
  std::int64_t seen = 0;
  for (const auto& [from, to] : ranges) {
    if (from > seen + 1) return false;
    seen = std::max(seen, to);
  }
  return seen >= count;
}

}  // namespace

void remember_read(const Bench& bench, const std::string& path, std::int64_t from, std::int64_t to, std::int64_t count) {
  const auto bytes = bench.workspace.read(path);
  if (!bytes || !*bytes) return;
  auto digest = digest_of(**bytes);
  auto& read = bench.record.read[path];
  const bool whole = from == 0, whole_before = read.lines.empty() && read.digest == digest;
  if (read.digest != digest) read.lines.clear();
  if (whole || whole_before) {
    read.lines.clear();
  } else if (const std::pair lines(from, to);
             std::ranges::find(read.lines, lines) == read.lines.end() && read.lines.size() < kMaxLineRanges) {
    read.lines.push_back(lines);
    if (cover(read.lines, count)) read.lines.clear();
  }
  read.digest = std::move(digest);
  read.round = bench.round;
}

}  // namespace argosy::agent
