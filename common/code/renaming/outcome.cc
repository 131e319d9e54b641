#include "common/code/renaming/outcome.h"

#include <algorithm>
#include <array>
#include <utility>

#include "common/code/places.h"

namespace argosy::code {
namespace {

// Which refusal is told when there are several kinds: what must be mended first.
struct Reason {
  std::string_view code, message, hint;
};
constexpr auto kReasons = std::to_array<Reason>({
    {"syntax_broken", "the name stands in code that does not parse, in {}", "mend the syntax first"},
    {"source_too_large", "the name stands in files that are too large to parse, in {}", "exclude them, or rename by hand"},
    {"source_too_deep", "the name stands in files that are nested too deeply, in {}", "exclude them, or rename by hand"},
    {"source_unreadable", "the name stands in files that cannot be read as source, in {}", "exclude them, or rename by hand"},
    {"symbol_ambiguous", "the name may mean the symbol or something else, in {}", "make the code unambiguous first"},
    {"name_invalid", "other packages would not see the new name, which they use in {}", "keep the first letter a capital"},
    {"receiver_unresolved", "the name stands behind a receiver or an import that cannot be resolved, in {}",
     "if these mean the symbol, add \"force\": [\"attributes\"]"},
    {"name_bound_outside", "something outside of the repository may go by the name (a base, an annotation, what is stored), in {}",
     "if nothing there does, add \"force\": [\"attributes\"]"},
    {"name_in_string", "strings may name the symbol, in {}", "if these mean the symbol, add \"force\": [\"strings\"]"},
    {"language_unsupported", "files that cannot be read here mention the name, in {}", "change or remove these files first"},
});

}  // namespace

Force force_of(const tasks::RenameSymbol& request) {
  const auto has = [&](std::string_view word) { return std::ranges::find(request.force, word) != request.force.end(); };
  return {.strings = has("strings"), .comments = has("comments"), .attributes = has("attributes")};
}

Result<void> check_refusals(const std::vector<Refusal>& refusals) {
  if (refusals.empty()) return {};
  for (const Reason& reason : kReasons) {
    std::vector<Place> places;
    for (const Refusal& refusal : refusals)
      if (refusal.code == reason.code) places.push_back(refusal.place);
    if (!places.empty()) return refuse(std::string(reason.code), std::string(reason.message), std::string(reason.hint), places);
  }
  return refuse(refusals.front().code, "the name cannot be decided in {}", "rename by hand", {refusals.front().place});
}

Result<Edit> write_sites(const Project& project, const std::vector<Site>& sites) {
  Edit edit;
  for (std::size_t i = 0; i < sites.size();) {
    const std::string& path = sites[i].path;
    const Decoded* source = project.text(path);
    std::string text;
    std::size_t done = 0;
    for (; i < sites.size() && sites[i].path == path; ++i) {
      if (sites[i].start < done) continue;  // a string's mention inside a longer one
      text.append(source->text, done, sites[i].start - done).append(sites[i].text);
      done = sites[i].end;
    }
    text.append(source->text, done);
    auto bytes = encode(text, source->encoding);
    if (!bytes) return fail_user("name_invalid", "the encoding of " + path + " has no such characters", "use ASCII letters, digits and _");
    edit.files[path] = *std::move(bytes);
  }
  return edit;
}

}  // namespace argosy::code
