#include "common/code/refactor/rewrite.h"

#include <algorithm>

#include "common/code/encoding.h"
#include "common/code/languages/families.h"
#include "common/code/places.h"
#include "common/code/syntax_check.h"
#include "common/core/text.h"

namespace argosy::code {
namespace {

Result<void> check_parses(const std::string& path, std::string_view before, const std::string& after) {
  const auto errors = syntax_errors(path, before, after);
  if (errors && errors->after <= errors->before) return {};
  std::size_t at = 0;
  for (std::size_t line = 1; errors && line < errors->line; ++line) at = after.find('\n', at) + 1;
  return refuse("syntax_broken", "the changed file would not parse", "change what is put in", {place_at(path, after, at)});
}

}  // namespace

const Rules* rules_of(const std::string& path) {
  for (const char* family : {"python", "javascript", "go", "java"})
    if (const Rules* rules = rules_for(family); rules != nullptr && rules->language_of(path)) return rules;
  return nullptr;
}

bool fits_any(const std::vector<std::string>& globs, const std::string& path) {
  return globs.empty() || std::ranges::any_of(globs, [&](const std::string& glob) { return text::path_matches(glob, path); });
}

std::string_view line_end_of(std::string_view text) {
  const auto end = text.find('\n');
  return end != std::string_view::npos && end > 0 && text[end - 1] == '\r' ? "\r\n" : "\n";
}

std::string with_line_ends(std::string_view text, std::string_view line_end) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool paired = text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n';
    if (text[i] == '\n')
      out += line_end;
    else if (!paired)
      out += text[i];
  }
  return out;
}

std::string rewritten(std::string_view text, std::vector<Patch> pieces) {
  std::ranges::sort(pieces, {}, [](const Patch& piece) { return std::pair(piece.start, piece.end); });
  std::string out;
  std::size_t done = 0;
  for (const Patch& piece : pieces) {
    if (piece.start < done) continue;  // said twice
    out.append(text.substr(done, piece.start - done)).append(piece.text);
    done = piece.end;
  }
  return out.append(text.substr(done));
}

Result<Edit> rewrite(const Project& project, const Patches& pieces) {
  Edit edit;
  for (const auto& [path, list] : pieces) {
    const Decoded* source = project.text(path);
    const std::string after = rewritten(source->text, list);
    if (after == source->text) continue;
    ARGOSY_TRY_VOID(check_parses(path, source->text, after));
    auto bytes = encode(after, source->encoding);
    if (!bytes) return fail_user("encoding_unfit", "the encoding of " + path + " has no such character", "use characters that it has");
    edit.files[path] = *std::move(bytes);
  }
  if (project.problem()) return std::unexpected(*project.problem());
  if (edit.files.empty()) return fail_user("nothing_to_change", "no file would change", "check paths and pattern, or leave it out");
  return edit;
}

}  // namespace argosy::code
