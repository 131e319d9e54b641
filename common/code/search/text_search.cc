#include "common/code/search/text_search.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "common/core/json.h"
#include "common/core/subprocess.h"
#include "common/core/text.h"

namespace argosy::code {
namespace {

constexpr int kNothingFound = 1;  // exit code

std::vector<std::string> call_of(const TextQuery& query) {
  std::vector<std::string> argv{
      "rg",           "--no-config", "--json", "--sort=path", "--hidden", "--no-require-git", "--no-ignore-parent", "--no-ignore-global",
      "--no-messages"};
  argv.push_back(fmt::format("--max-filesize={}", kMostSearchedFile));
  argv.push_back(fmt::format("--max-count={}", std::min(query.most, kMostTextHits) + 1));
  argv.emplace_back(query.ignore_case ? "--ignore-case" : "--case-sensitive");
  if (query.literal) argv.emplace_back("--fixed-strings");
  if (!query.glob.empty()) argv.push_back("--glob=" + query.glob);
  argv.emplace_back("--glob=!.git");  // behind the user's: the last one that fits decides
  argv.push_back("--regexp=" + query.pattern);
  argv.insert(argv.end(), {"--", "."});
  return argv;
}

// {"text": "..."}, or {"bytes": base64} of what is not UTF-8.
std::string text_of(const json::Value* value) {
  if (value == nullptr) return {};
  if (const auto* text = value->find("text"); text != nullptr && text->is_string()) return text->as_string();
  return text::to_utf8(text::from_base64(value->string_or("bytes", "")).value_or(""));
}

std::optional<TextHit> hit_of(std::string_view line) {
  const auto event = json::parse(line);
  if (!event || event->string_or("type", "") != "match") return std::nullopt;
  const auto* data = event->find("data");
  if (data == nullptr) return std::nullopt;
  TextHit hit{text_of(data->find("path")), static_cast<std::uint32_t>(data->int_or("line_number", 0))};
  if (hit.path.starts_with("./")) hit.path.erase(0, 2);
  std::string text = text_of(data->find("lines"));
  text.resize(text.find_last_not_of(" \t\r\n") + 1);
  hit.text = text::ellipsize(text, kMostHitLine);
  return hit;
}

}  // namespace

Result<TextHits> search_text(const std::filesystem::path& folder, const TextQuery& query) {
  if (query.pattern.empty() || query.pattern.size() > kMostPattern || query.glob.size() > kMostPattern)
    return fail_user("search_pattern_malformed", fmt::format("a search needs a pattern of 1 to {} bytes", kMostPattern), "shorten it");
  Command command;
  command.argv = call_of(query);
  command.env = minimal_env();
  command.cwd = folder;
  command.timeout = query.timeout;
  command.max_output = kMostSearchOutput;
  ARGOSY_TRY(const auto done, run(command));
  TextHits found{{}, done.out_truncated || done.timed_out};
  const std::size_t most = std::min(query.most, kMostTextHits);
  for (const auto line : text::lines(done.out)) {
    auto hit = hit_of(line);
    if (!hit) continue;
    if (found.hits.size() >= most) {
      found.truncated = true;
      break;
    }
    found.hits.push_back(std::move(*hit));
  }
  // With hits an error is a file that could not be read; without, it is the pattern or the folder.
  if (done.exit_code > kNothingFound && found.hits.empty() && !done.timed_out) {
    const auto why = text::ellipsize(text::trim(done.err), 400);
    if (why.contains("regex parse error") || why.contains("glob"))
      return fail_user("search_pattern_malformed", std::string(why), "mend the pattern, or search for it as a text");
    return fail_user("search_failed", fmt::format("ripgrep ended with {}: {}", done.exit_code, why), "look at the folder");
  }
  return found;
}

}  // namespace argosy::code
