#include "common/code/edits/edit_list.h"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

#include "common/code/edits/formats/answer.h"
#include "common/code/edits/formats/formats.h"
#include "common/core/text.h"

namespace argosy::code {
namespace {

constexpr auto kNames = std::to_array<std::pair<std::string_view, EditFormat>>({
    {"auto", EditFormat::automatic},
    {"search-replace", EditFormat::search_replace},
    {"str-replace", EditFormat::str_replace},
    {"udiff", EditFormat::unified_diff},
    {"apply-patch", EditFormat::apply_patch},
    {"whole", EditFormat::whole_file},
});

EditList read_as(const Answer& answer, EditFormat format) {
  switch (format) {
    case EditFormat::search_replace:
      return read_search_replace(answer);
    case EditFormat::str_replace:
      return read_str_replace(answer);
    case EditFormat::unified_diff:
      return read_unified_diff(answer);
    case EditFormat::apply_patch:
      return read_apply_patch(answer);
    default:
      return read_whole_files(answer);
  }
}

// A model that repeats itself means it once.
void drop_repeated(std::vector<FileEdit>& edits) {
  std::vector<FileEdit> kept;
  for (FileEdit& edit : edits)
    if (std::ranges::find(kept, edit) == kept.end()) kept.push_back(std::move(edit));
  edits = std::move(kept);
}

EditList refused(EditFormat format, std::string reason, std::string hint) {
  EditList list{.format = format, .edits = {}, .problems = {}};
  list.problems.push_back({.path = "", .reason = std::move(reason), .hint = std::move(hint)});
  return list;
}

}  // namespace

std::optional<EditFormat> edit_format(std::string_view name) {
  const auto found = std::ranges::find(kNames, name, &decltype(kNames)::value_type::first);
  if (found == kNames.end()) return std::nullopt;
  return found->second;
}

std::string_view to_string(EditFormat format) { return std::ranges::find(kNames, format, &decltype(kNames)::value_type::second)->first; }

bool FileEdit::operator==(const FileEdit& other) const {
  const auto all = [](const FileEdit& e) {
    return std::tie(e.kind, e.path, e.move_to, e.search, e.replace, e.old_text, e.new_text, e.anchors, e.at_end, e.last_newline);
  };
  return all(*this) == all(other);
}

EditList read_edits(std::string_view text, EditFormat format, const SourceTree& tree) {
  if (text.size() > kMaxAnswerBytes)
    return refused(format, "answer_too_large",
                   "the answer is larger than " + std::to_string(kMaxAnswerBytes) + " bytes: send smaller edits");
  if (!text::is_utf8(text) || text.contains('\0')) return refused(format, "malformed", "the answer is not UTF-8 text");
  const Answer answer(text, tree);
  if (format == EditFormat::automatic) format = detect_format(answer);
  if (format == EditFormat::automatic)
    return refused(format, "no_edits", "the answer has no edit: no SEARCH/REPLACE block, JSON edit, diff, patch or file in a fence");
  EditList list = read_as(answer, format);
  list.format = format;
  if (list.edits.size() > kMaxEdits)
    return refused(format, "answer_too_large", "the answer has more than " + std::to_string(kMaxEdits) + " edits: send fewer at a time");
  drop_repeated(list.edits);
  if (list.edits.empty() && list.problems.empty())
    return refused(format, "no_edits", "the answer has no edit in the format " + std::string(to_string(format)));
  return list;
}

}  // namespace argosy::code
