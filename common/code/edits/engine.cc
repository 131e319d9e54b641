#include "common/code/edits/engine.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "common/code/edits/elision.h"
#include "common/code/edits/merge.h"
#include "common/code/edits/place.h"
#include "common/code/edits/staging.h"
#include "common/code/syntax_check.h"
#include "common/core/text.h"

namespace argosy::code {
namespace {

using Done = std::expected<AppliedEdit, EditFailure>;

class Engine {
 public:
  Engine(const SourceTree& tree, const EditRules& rules) : staging_(tree), rules_(rules) {}

  EditOutcome run(const EditList& list) {
    outcome_.failed = list.problems;
    for (const FileEdit& edit : list.edits) {
      if (outcome_.failed.size() >= kMaxFailures) break;
      auto done = one(edit);
      if (done) {
        outcome_.applied.push_back(*std::move(done));
      } else {
        auto failure = std::move(done.error());
        failure.number = edit.number;
        if (failure.path.empty()) failure.path = edit.path;
        outcome_.failed.push_back(std::move(failure));
      }
    }
    if (outcome_.failed.empty()) stage();
    if (!outcome_.failed.empty()) outcome_.staged = {};
    std::ranges::sort(outcome_.failed, {}, [](const EditFailure& one) { return std::tie(one.number, one.path); });
    return std::move(outcome_);
  }

 private:
  static std::unexpected<EditFailure> fail(const FileEdit& edit, std::string reason, std::string hint) {
    return std::unexpected(EditFailure{.path = edit.path, .reason = std::move(reason), .hint = std::move(hint), .number = edit.number});
  }

  Done one(const FileEdit& edit) {
    auto file = staging_.open(edit.path);
    if (!file) return std::unexpected(std::move(file.error()));
    switch (edit.kind) {
      case EditKind::replace:
        return replace(edit, **file);
      case EditKind::create:
        return create(edit, **file, "create");
      case EditKind::write:
        return write(edit, **file);
      case EditKind::remove:
        return remove(edit, **file);
      case EditKind::move:
        break;
    }
    return move(edit, **file);
  }

  std::unexpected<EditFailure> not_there(const FileEdit& edit) const {
    return fail(edit, "file_not_found", "there is no file " + edit.path + staging_.similar(edit.path));
  }

  Done replace(const FileEdit& edit, StagedFile& file) {
    if (searches_nothing(edit)) return without_search(edit, file);
    if (!file.present) return not_there(edit);
    // The file as it was decides: an answer is written against it. What its own earlier edits made counts when it has no such place.
    auto first = place(file.original, edit);
    if (!first && first.error().reason == "text_ambiguous") return std::unexpected(std::move(first.error()));
    if (!file.touched) return first ? splice(edit, file, *first, first->begin) : Done(std::unexpected(std::move(first.error())));
    const auto second = place(file.now, edit);
    if (!first) {
      const bool absent = first.error().reason == "text_not_found" || first.error().reason == "already_there";
      if (absent && second && is_own_text(file, *second)) return splice(edit, file, *second, second->begin);
      return std::unexpected(std::move(first.error()));
    }
    if (second && is_same_place(file, *first, *second)) return splice(edit, file, *second, first->begin);
    // Its text stands elsewhere now: which of the two is meant?
    auto carried = second ? std::nullopt : carried_over(file, *first);
    if (!carried) return fail(edit, "overlap", "another edit of this answer changes the same lines: make one edit of them");
    first->splices = *std::move(carried);
    return splice(edit, file, *first, first->begin);
  }

  // Whether a place holds lines that this answer has made.
  static bool is_own_text(const StagedFile& file, const Placed& placed) {
    for (auto i = placed.begin; i < placed.end; ++i)
      if (file.now.lines()[i].origin == kNoLine || (i > placed.begin && file.now.lines()[i].origin != file.now.lines()[i - 1].origin + 1))
        return true;
    return false;
  }

  static bool is_same_place(const StagedFile& file, const Placed& original, const Placed& now) {
    if (now.end - now.begin != original.end - original.begin) return false;
    for (auto i = now.begin; i < now.end; ++i)
      if (file.now.lines()[i].origin != original.begin + (i - now.begin)) return false;
    return true;
  }

  // Splices of the file as it was, for the file as it is now; nothing when an earlier edit changed those lines, or wrote between them.
  static std::optional<std::vector<Splice>> carried_over(const StagedFile& file, const Placed& placed) {
    std::vector<std::size_t> now(file.original.size(), kNoLine);
    for (std::size_t i = 0; i < file.now.size(); ++i)
      if (const auto origin = file.now.lines()[i].origin; origin != kNoLine) now[origin] = i;
    std::vector<Splice> out;
    for (const Splice& one : placed.splices) {
      if (one.begin == one.end) {
        const auto before = one.begin == 0 ? 0 : now[one.begin - 1] + 1;
        const bool gone = one.begin > 0 && now[one.begin - 1] == kNoLine;
        const auto next = one.end == file.original.size() ? file.now.size() : now[one.end];
        if (gone || next != before) return std::nullopt;
        out.push_back({before, before, one.lines});
        continue;
      }
      const auto first = now[one.begin];
      for (auto i = one.begin; i < one.end; ++i)
        if (now[i] == kNoLine || now[i] != first + (i - one.begin)) return std::nullopt;
      out.push_back({first, first + (one.end - one.begin), one.lines});
    }
    return out;
  }

  Done splice(const FileEdit& edit, StagedFile& file, const Placed& placed, std::size_t line) {
    file.now.splice(placed.splices, edit.last_newline);
    file.touched = true;
    return AppliedEdit{edit.path, line + 1, placed.rung, edit.number};
  }

  Done without_search(const FileEdit& edit, StagedFile& file) {
    if (!file.present || file.now.size() == 0) {
      FileEdit whole = edit;
      if (edit.old_text)
        for (const auto line : text::lines(edit.new_text)) whole.replace.emplace_back(line);
      return create(whole, file, "create");
    }
    if (edit.at_end) {
      file.now.splice({Splice{file.now.size(), file.now.size(), edit.replace}}, edit.last_newline);
      file.touched = true;
      return AppliedEdit{edit.path, file.original.size() + 1, "append", edit.number};
    }
    return fail(edit, "empty_search",
                "an empty search says no place in " + edit.path + ", which is there: search for the lines beside the change");
  }

  Done create(const FileEdit& edit, StagedFile& file, std::string_view rung) {
    if (file.present && file.now.size() > 0)
      return fail(edit, "file_exists", edit.path + " is there already: edit it, or send it as a whole file");
    if (auto free = staging_.check_free(edit.path); !free) return std::unexpected(std::move(free.error()));
    if (const auto line = elision_in(edit.replace, {}, edit.path))
      return fail(edit, "elided", "the new file leaves code out with \"" + text::ellipsize(text::trim(*line), 80) + "\": write all of it");
    file.present = file.touched = true;
    file.now = LineText();
    file.now.splice({Splice{0, 0, edit.replace}}, edit.last_newline);
    return AppliedEdit{edit.path, 1, rung, edit.number};
  }

  Done write(const FileEdit& edit, StagedFile& file) {
    if (!file.present || file.now.size() == 0) return create(edit, file, "create");
    const bool empty = std::ranges::all_of(edit.replace, [](const std::string& line) { return text::trim(line).empty(); });
    if (empty) return fail(edit, "empty_file", "the answer has no content for " + edit.path + ": to delete it, say so with a patch");
    std::vector<std::string> known;
    for (const Line& line : file.now.lines()) known.push_back(line.text);
    if (const auto line = elision_in(edit.replace, known, edit.path))
      return fail(edit, "elided", "the file leaves code out with \"" + text::ellipsize(text::trim(*line), 80) + "\": write all of it");
    file.now.splice(differences(file.now, 0, file.now.size(), edit.replace), edit.last_newline);
    file.touched = true;
    return AppliedEdit{edit.path, 1, "whole", edit.number};
  }

  Done remove(const FileEdit& edit, StagedFile& file) {
    if (!file.present) return not_there(edit);
    file.present = false;
    file.now = LineText();
    return AppliedEdit{edit.path, 1, "delete", edit.number};
  }

  Done move(const FileEdit& edit, StagedFile& file) {
    if (!file.present) return not_there(edit);
    if (edit.move_to == edit.path) return fail(edit, "nothing_to_change", "the new path is the old one");
    auto target = staging_.open(edit.move_to);
    if (!target) return std::unexpected(std::move(target.error()));
    if ((*target)->present) return fail(edit, "file_exists", edit.move_to + " is there already");
    file.present = false;
    if (auto free = staging_.check_free(edit.move_to); !free) {
      file.present = true;
      return std::unexpected(std::move(free.error()));
    }
    StagedFile& to = **target;
    to.present = true;
    to.encoding = file.encoding;
    to.before = file.before;
    to.original = std::move(file.original);
    to.now = std::move(file.now);
    to.touched = file.touched;
    to.moved_from = file.moved_from.empty() ? edit.path : std::exchange(file.moved_from, {});
    file.now = file.original = LineText();
    return AppliedEdit{edit.path, 1, "move", edit.number};
  }

  void problem(const std::string& path, std::string reason, std::string hint) {
    outcome_.failed.push_back({.path = path, .reason = std::move(reason), .hint = std::move(hint)});
  }

  void stage() {
    for (auto& [path, file] : staging_.files()) {
      if (!file.present) {
        if (file.existed) outcome_.staged.files[path] = std::nullopt;
        continue;
      }
      const std::string text = file.now.join();
      auto bytes = encode(text, file.encoding);
      if (!bytes) {
        problem(path, "encoding_unfit", "the encoding of " + path + " (Latin-1) has no such character: use characters that it has");
        continue;
      }
      if (file.existed && *bytes == *file.bytes) continue;
      check_syntax(path, file, text);
      if (!file.moved_from.empty()) outcome_.staged.renamed_from[path] = file.moved_from;
      outcome_.staged.files[path] = *std::move(bytes);
    }
    if (outcome_.failed.empty() && outcome_.staged.files.empty())
      problem(outcome_.applied.empty() ? "" : outcome_.applied.front().path, "nothing_to_change", "the edits leave every file as it is");
  }

  void check_syntax(const std::string& path, const StagedFile& file, const std::string& text) {
    if (!rules_.check_syntax) return;
    const auto errors = syntax_errors(path, file.before, text);
    if (!errors || errors->after <= errors->before) return;
    const LineText lines = LineText::split(text);
    const auto at = errors->line == 0 || errors->line > lines.size() ? std::string() : lines[errors->line - 1];
    EditFailure failure{.path = path, .reason = "syntax_broken", .hint = ""};
    failure.hint = path + " would no longer parse: line " + std::to_string(errors->line) + ": " + text::ellipsize(text::trim(at), 160);
    failure.places.push_back(
        {.path = path, .line = static_cast<int>(errors->line), .column = 1, .text = text::ellipsize(text::trim(at), 160)});
    outcome_.failed.push_back(std::move(failure));
  }

  Staging staging_;
  EditRules rules_;
  EditOutcome outcome_;
};

}  // namespace

std::vector<std::string> EditOutcome::changed() const {
  std::vector<std::string> paths;
  for (const auto& [path, bytes] : staged.files) paths.push_back(path);
  return paths;
}

EditOutcome apply_edits(const SourceTree& tree, const EditList& list, const EditRules& rules) { return Engine(tree, rules).run(list); }

}  // namespace argosy::code
