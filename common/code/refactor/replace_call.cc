#include <algorithm>
#include <map>
#include <optional>

#include "common/code/languages/families.h"
#include "common/code/overlay.h"
#include "common/code/places.h"
#include "common/code/refactor/calls/pattern.h"
#include "common/code/refactor/calls/receiver.h"
#include "common/code/refactor/imports/add.h"
#include "common/code/refactor/imports/unused.h"
#include "common/code/refactor/refactor.h"
#include "common/code/refactor/rewrite.h"
#include "common/core/text.h"

namespace argosy::code {
namespace {

constexpr std::size_t kMaxWritten = 4 * kMaxSourceBytes;  // for one file, what calls write into each other counted each time

// The calls of one file with the replacement written for each, the inner ones inside the outer ones' holes.
class Writer {
 public:
  Writer(const Model& model, const std::string& replacement, bool atom, const std::vector<CallMatch>& matches)
      : text_(model.tree->text()), replacement_(replacement), holes_(tasks::holes_of(replacement)), atom_(atom), matches_(matches) {}

  std::vector<Patch> run() const {
    std::vector<Patch> pieces;
    std::size_t done = 0;
    for (const CallMatch& match : matches_) {
      if (match.call.start() < done) continue;  // inside one before
      pieces.push_back({match.call.start(), match.call.end(), filled(match)});
      done = match.call.end();
    }
    return pieces;
  }

  // What run() gave cannot be used.
  bool too_large() const { return too_large_; }

  // Comments of a call that no hole keeps.
  std::vector<Node> lost_comments(const CallMatch& match) const {
    std::vector<Node> lost;
    for (NodeId id = match.call.id(); id <= match.call.last_id(); ++id) {
      const Node node = match.call.tree().node(id);
      if (!node.kind().ends_with("comment")) continue;
      const bool kept = std::ranges::any_of(holes_, [&](const tasks::Hole& hole) {
        const Taken& taken = match.holes.at(hole.text);
        return node.start() >= taken.start && node.end() <= taken.end;
      });
      if (!kept) lost.push_back(node);
    }
    return lost;
  }

 private:
  std::string between(std::size_t start, std::size_t end, const CallMatch& outer) const {
    std::string out;
    std::size_t done = start;
    const auto first = std::ranges::lower_bound(matches_, start, {}, [](const CallMatch& one) { return one.call.start(); });
    for (auto at = first; at != matches_.end() && at->call.start() < end; ++at) {
      const CallMatch& inner = *at;
      if (inner.call == outer.call || inner.call.start() < done || inner.call.end() > end) continue;
      out.append(text_.substr(done, inner.call.start() - done)).append(filled(inner));
      done = inner.call.end();
    }
    return out.append(text_.substr(done, end - done));
  }

  // A hole that stands twice doubles what is in it with each level of calls in calls.
  std::string filled(const CallMatch& match) const {
    std::string out;
    if (too_large_) return out;
    std::size_t done = 0;
    for (const tasks::Hole& hole : holes_) {
      out.append(literal(done, hole.at));
      done = hole.at + hole.text.size();
      const Taken& taken = match.holes.at(hole.text);
      if (taken.start == taken.end) {
        // Nothing takes its comma along.
        const auto last = out.find_last_not_of(" \t\r\n");
        const auto next = replacement_.find_first_not_of(" \t\r\n", done);
        if (last != std::string::npos && out[last] == ',')
          out.resize(last);
        else if (next != std::string::npos && replacement_[next] == ',')
          done = std::min(replacement_.find_first_not_of(" \t\r\n", next + 1), replacement_.size());
        continue;
      }
      const bool bare = taken.atom || is_enclosed(hole);
      out.append(bare ? "" : "(").append(between(taken.start, taken.end, match)).append(bare ? "" : ")");
    }
    out.append(literal(done, replacement_.size()));
    const Node around = match.call.parent();
    const bool alone =
        atom_ || around.kind().ends_with("statement") || around.is_any({"argument_list", "arguments", "parenthesized_expression"});
    made_ += out.size();
    too_large_ = too_large_ || made_ > kMaxWritten;
    return alone ? out : "(" + out + ")";
  }

  std::string literal(std::size_t from, std::size_t to) const {
    return with_line_ends(std::string_view(replacement_).substr(from, to - from), line_end_of(text_));
  }

  // Whether the hole is an argument or an element by itself, so that no operator beside it can take it apart.
  bool is_enclosed(const tasks::Hole& hole) const {
    const std::size_t end = hole.at + hole.text.size();
    const auto before = hole.at == 0 ? std::string::npos : replacement_.find_last_not_of(" \t\r\n", hole.at - 1);
    const auto behind = replacement_.find_first_not_of(" \t\r\n", end);
    if (before == std::string::npos || behind == std::string::npos) return false;
    const bool keyword =
        replacement_[before] == '=' && before > 0 && (std::isalnum(static_cast<unsigned char>(replacement_[before - 1])) != 0);
    return (keyword || std::string_view("(,[{").contains(replacement_[before])) && std::string_view("),]}").contains(replacement_[behind]);
  }

  std::string_view text_;
  const std::string& replacement_;
  std::vector<tasks::Hole> holes_;
  bool atom_;
  const std::vector<CallMatch>& matches_;  // by their start
  mutable std::size_t made_ = 0;
  mutable bool too_large_ = false;
};

struct Prepared {
  CallPattern pattern;
  bool atom = false;  // the replacement needs no brackets
};

class CallSearch {
 public:
  CallSearch(const Project& project, const Rules& rules, const tasks::ReplaceCall& request)
      : project_(project), rules_(rules), request_(request) {}

  Result<Patches> run() {
    for (const std::string& path : project_.sources()) {
      const auto language = rules_.language_of(path);
      if (!may_define(request_.language, *language) || !fits_any(request_.paths, path)) continue;
      ARGOSY_TRY(const Prepared* prepared, prepare(*language));
      const Decoded* source = project_.text(path);
      if (source == nullptr) continue;
      if (!prepared->pattern.word().empty() && !contains_word(source->text, prepared->pattern.word())) {
        project_.forget(path);
        continue;
      }
      const Model* model = project_.model(path);
      if (model == nullptr) {
        if (project_.problem()) return std::unexpected(*project_.problem());
        return refuse(project_.why(path)->code, path + " cannot be read as source", "exclude it with \"paths\"", {{path, 1, 1, ""}});
      }
      file(*model, *prepared);
    }
    if (project_.problem()) return std::unexpected(*project_.problem());
    ARGOSY_TRY_VOID(verdict());
    return std::move(pieces_);
  }

 private:
  Result<const Prepared*> prepare(Language language) {
    const auto known = prepared_.find(language);
    if (known != prepared_.end()) return &known->second;
    ARGOSY_TRY(auto pattern, CallPattern::read(language, request_));
    ARGOSY_TRY(const auto replacement, read_expression(language, request_.replacement, "replacement_invalid"));
    // A hole alone is as much an atom as what it takes, which is looked at where it is put.
    return &prepared_.emplace(language, Prepared{std::move(pattern), is_atom(replacement.root)}).first->second;
  }

  void file(const Model& model, const Prepared& prepared) {
    std::vector<CallMatch> matches;
    const auto note = [&](std::vector<Place>& places, Node node) { places.push_back(place_at(model.path, *model.tree, node.start())); };
    for (NodeId id = 0; id < model.tree->size(); ++id) {
      const Node node = model.tree->node(id);
      auto match = CallPattern::is_call(node) ? prepared.pattern.match(node) : std::nullopt;
      if (!match) continue;
      const Origin origin =
          request_.module.empty() ? Origin::module : origin_of(project_, model, *match, prepared.pattern, request_.module);
      if (origin == Origin::other) continue;
      if (!model.tree->clean_around(node))
        note(broken_, node);
      else if (origin == Origin::unclear)
        note(unresolved_, node);
      else if (match->spread)
        note(spread_, node);
      else
        matches.push_back(*std::move(match));
    }
    const Writer writer(model, request_.replacement, prepared.atom, matches);
    for (const CallMatch& match : matches)
      for (const Node comment : writer.lost_comments(match)) note(comments_, comment);
    if (matches.empty()) return;
    pieces_[model.path] = writer.run();
    if (writer.too_large()) note(large_, matches.front().call);
  }

  Result<void> verdict() const {
    if (!broken_.empty())
      return refuse("syntax_broken", "such calls stand in code that does not parse, in {}", "mend the syntax first", broken_);
    if (!unresolved_.empty())
      return refuse("receiver_unresolved", "whether the call is of \"" + request_.module + "\" cannot be decided in {}",
                    "import it by its name there, or narrow \"paths\"", unresolved_);
    if (!spread_.empty())
      return refuse("arguments_unclear", "a spread may hold the arguments that the pattern names, in {}",
                    "change these by hand, or use $$$ for all arguments", spread_);
    if (!comments_.empty())
      return refuse("comment_lost", "comments inside the calls would be lost, in {}", "move them out of the call first", comments_);
    if (!large_.empty())
      return refuse("replacement_too_large", "calls in calls would grow beyond what a source may have, in {}",
                    "let each hole stand once in the replacement", large_);
    return {};
  }

  const Project& project_;
  const Rules& rules_;
  const tasks::ReplaceCall& request_;
  std::map<Language, Prepared> prepared_;
  Patches pieces_;
  std::vector<Place> broken_, unresolved_, spread_, comments_, large_;
};

// Whether the import is the one that the user names.
bool is_import(const Binding& binding, const tasks::ImportSpec& spec) {
  const Import& import = *binding.import;
  if (!spec.alias.empty() && binding.name.text() != spec.alias) return false;
  // import a.b binds a alone; a class may be named with its package.
  const Node dotted = binding.name.parent();
  if (spec.name.empty() && dotted.is("dotted_name") && import.name.empty()) return dotted.text() == spec.module;
  if (spec.name.empty() && !import.name.empty()) return import.module + "." + import.name == spec.module;
  return import.module == spec.module && import.name == spec.name;
}

// The files of `edit` with imports added and taken away, in this order, on top of it.
Result<void> follow_with_imports(const SourceTree& tree, const Rules& rules, const tasks::ReplaceCall& request, Edit& edit) {
  const auto pass = [&](auto&& pieces_for) -> Result<void> {
    const Overlay changed(tree, edit);
    Project project(changed, rules);
    ARGOSY_TRY_VOID(project.load());
    Patches pieces;
    for (const auto& [path, bytes] : edit.files) {
      const Model* model = project.model(path);
      if (model == nullptr) continue;
      ARGOSY_TRY(auto own, pieces_for(project, *model));
      if (!own.empty()) pieces[path] = std::move(own);
    }
    if (pieces.empty()) return {};
    ARGOSY_TRY(auto more, rewrite(project, pieces));
    for (auto& [path, bytes] : more.files) edit.files[path] = std::move(bytes);
    return {};
  };
  for (const tasks::ImportSpec& spec : request.add) {
    ARGOSY_TRY_VOID(pass([&](const Project& project, const Model& model) -> Result<std::vector<Patch>> {
      auto pieces = import_pieces(project, rules, model, spec);
      if (!pieces && pieces.error().code == "nothing_to_change") return std::vector<Patch>{};
      return pieces;
    }));
  }
  if (request.remove.empty()) return {};
  return pass([&](const Project& project, const Model& model) -> Result<std::vector<Patch>> {
    const auto asked = [&](const Binding& binding) {
      return std::ranges::any_of(request.remove, [&](const tasks::ImportSpec& spec) { return is_import(binding, spec); });
    };
    return without_imports(model, unused_imports(project, rules, {&model}, asked)[model.path]);
  });
}

}  // namespace

Result<Edit> replace_call(const SourceTree& tree, const tasks::ReplaceCall& request) {
  const Rules* rules = rules_for(request.language);
  if (rules == nullptr || request.language == "go" || is_only_renamed(request.language))
    return fail_user("language_unsupported", "calls of \"" + request.language + "\" are not replaced here",
                     "use python, javascript, typescript, tsx or java");
  Project project(tree, *rules);
  ARGOSY_TRY_VOID(project.load());
  ARGOSY_TRY(const Patches pieces, CallSearch(project, *rules, request).run());
  ARGOSY_TRY(Edit edit, rewrite(project, pieces));
  ARGOSY_TRY_VOID(follow_with_imports(tree, *rules, request, edit));
  return edit;
}

}  // namespace argosy::code
