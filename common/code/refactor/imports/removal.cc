// How names are taken out of import statements.
#include <algorithm>
#include <map>
#include <set>

#include "common/code/refactor/imports/unused.h"
#include "common/core/text.h"

namespace argosy::code {
namespace {

class Removal {
 public:
  explicit Removal(const Model& model) : text_(model.tree->text()) {}

  std::vector<Patch> run(const std::vector<ImportedName>& names) {
    std::map<NodeId, std::vector<Node>> by_statement;
    std::map<NodeId, Node> statements;
    for (const ImportedName& one : names) {
      by_statement[one.statement.id()].push_back(one.item);
      statements[one.statement.id()] = one.statement;
      gone_.insert(one.item.id());
    }
    for (auto& [id, items] : by_statement) statement(statements[id], items);
    close_gaps();
    return std::move(pieces_);
  }

 private:
  bool is_gone(Node item) const { return gone_.contains(item.id()); }

  void statement(Node statement, const std::vector<Node>& items) {
    if (items.front() == statement) return whole(statement);
    if (const Node clause = statement.child("import_clause")) return script(statement, clause);
    std::vector<Node> all;
    for (Node child : statement.children())
      if (child.field() == "name") all.push_back(child);
    if (std::ranges::all_of(all, [&](Node item) { return is_gone(item); })) return whole(statement);
    from_list(all, statement.text().contains('\\'));
  }

  // import Default, * as all from "m"; import Default, { a, b as c } from "m"
  void script(Node statement, Node clause) {
    std::vector<Node> parts, kept;
    for (Node part : clause.children()) {
      if (!part.named() || part.is("comment")) continue;
      parts.push_back(part);
      std::vector<Node> names;
      for (Node one : part.children())
        if (one.is("import_specifier")) names.push_back(one);
      const bool empties =
          part.is("named_imports") && !names.empty() && std::ranges::all_of(names, [&](Node item) { return is_gone(item); });
      if (is_gone(part) || empties) continue;
      kept.push_back(part);
      if (part.is("named_imports")) from_list(names, false);
    }
    if (kept.empty()) return whole(statement);
    if (kept.size() == parts.size()) return;
    // Two parts at most, one of which stays.
    if (kept.front() == parts.front())
      pieces_.push_back({parts.front().end(), parts.back().end(), ""});
    else
      pieces_.push_back({parts.front().start(), parts.back().start(), ""});
  }

  void from_list(const std::vector<Node>& all, bool continued) {
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (!is_gone(all[i])) continue;
      if (const auto line = own_line(all[i]); line.second > 0 && !continued) {
        pieces_.push_back({line.first, line.second, ""});
        continue;
      }
      std::size_t next = i + 1;
      while (next < all.size() && is_gone(all[next])) ++next;
      if (next < all.size()) {
        pieces_.push_back({all[i].start(), all[i + 1].start(), ""});
      } else {
        // The last ones go with the comma before them.
        pieces_.push_back({all[i - 1].end(), all[next - 1].end(), ""});
        return;
      }
    }
  }

  std::size_t line_start(std::size_t at) const { return at == 0 ? 0 : text_.rfind('\n', at - 1) + 1; }
  std::size_t line_end(std::size_t at) const {
    const auto end = text_.find('\n', at);
    return end == std::string_view::npos ? text_.size() : end + 1;
  }
  bool is_blank(std::size_t from, std::size_t to) const { return from >= to || text::trim(text_.substr(from, to - from)).empty(); }

  // The whole line of an item that has one for itself, with its comma and comment; (0, 0) otherwise.
  std::pair<std::size_t, std::size_t> own_line(Node item) const {
    const std::size_t start = line_start(item.start()), end = line_end(item.end());
    if (!is_blank(start, item.start())) return {0, 0};
    auto rest = text::trim(text_.substr(item.end(), end - item.end()));
    if (rest.starts_with(',')) rest = text::trim(rest.substr(1));
    return rest.empty() || rest.starts_with('#') || rest.starts_with("//") ? std::pair(start, end)
                                                                           : std::pair<std::size_t, std::size_t>(0, 0);
  }

  void whole(Node statement) {
    const Node around = statement.parent();
    std::size_t others = 0;
    for (Node child : around.children())
      others += child.named() && !child.kind().ends_with("comment") && !whole_.contains(child.id()) ? 1 : 0;
    whole_.insert(statement.id());
    // A body needs something in it.
    if (around.is("block") && others <= 1) {
      pieces_.push_back({statement.start(), statement.end(), "pass"});
      return;
    }
    const std::size_t start = line_start(statement.start()), end = line_end(statement.end());
    auto rest = text::trim(text_.substr(statement.end(), end - statement.end()));
    if (rest == ";") rest = {};
    const bool alone = is_blank(start, statement.start()) && (rest.empty() || rest.starts_with('#') || rest.starts_with("//"));
    if (alone) {
      if (!around.parent()) lines_.emplace_back(start, end);
      pieces_.push_back({start, end, ""});
      return;
    }
    // import a; import b: the semicolon behind it goes along, or the one before.
    const auto behind = text_.find_first_not_of(" \t", statement.end());
    if (behind < end && text_[behind] == ';') {
      const auto next = text_.find_first_not_of(" \t", behind + 1);
      pieces_.push_back({statement.start(), std::min(next, end), ""});
    } else {
      const auto before = text_.find_last_of(';', statement.start());
      const bool follows = before != std::string_view::npos && before >= start && is_blank(before + 1, statement.start());
      pieces_.push_back({follows ? before : statement.start(), statement.end(), ""});
    }
  }

  // Empty lines from `at` on, and where they end.
  std::pair<std::size_t, std::size_t> empty_lines(std::size_t at, std::size_t most) const {
    std::size_t n = 0;
    while (n < most && at < text_.size() && is_blank(at, line_end(at))) {
      at = line_end(at);
      ++n;
    }
    return {n, at};
  }

  // Where whole lines go at the root, the empty ones before and behind them are one gap: the larger of both stays, at the start none.
  void close_gaps() {
    std::ranges::sort(lines_);
    for (std::size_t i = 0; i < lines_.size();) {
      const std::size_t start = lines_[i].first;
      std::size_t end = lines_[i].second;
      for (++i; i < lines_.size() && is_blank(end, lines_[i].first); ++i) {
        if (lines_[i].first > end) pieces_.push_back({end, lines_[i].first, ""});
        end = std::max(end, lines_[i].second);
      }
      std::size_t before = 0;
      for (std::size_t at = start; at > 0 && is_blank(line_start(at - 1), at); at = line_start(at - 1)) ++before;
      const auto [n, behind] = empty_lines(end, start == 0 ? text_.size() : before);
      if (n > 0) pieces_.push_back({end, behind, ""});
    }
  }

  std::string_view text_;
  std::vector<std::pair<std::size_t, std::size_t>> lines_;  // that go as a whole
  std::set<NodeId> gone_, whole_;
  std::vector<Patch> pieces_;
};

}  // namespace

std::vector<Patch> without_imports(const Model& model, const std::vector<ImportedName>& names) { return Removal(model).run(names); }

}  // namespace argosy::code
