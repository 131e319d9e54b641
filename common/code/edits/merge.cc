#include "common/code/edits/merge.h"

#include <algorithm>

#include "common/code/edits/punctuation.h"

namespace argosy::code {
namespace {

using Lines = std::vector<std::string>;

// A line of the outcome: one of the file, or a new one.
struct Item {
  std::size_t keep = kNoLine;
  std::string text;
};

std::unexpected<Unclear> unclear(std::string hint) { return std::unexpected(Unclear{"change_unclear", std::move(hint)}); }

std::string_view trim_right(std::string_view line) {
  const auto last = line.find_last_not_of(" \t\r\f\v");
  return last == std::string_view::npos ? std::string_view() : line.substr(0, last + 1);
}

std::size_t least_indentation(const Lines& lines) {
  std::size_t least = kNoLine;
  for (const auto& line : lines)
    if (!is_blank(line)) least = std::min(least, indentation_of(line).size());
  return least;
}

class Merge {
 public:
  Merge(const LineText& text, const Lines& search, const Lines& replace, const Match& match, const Leniency& leniency)
      : text_(text), search_(search), replace_(replace), match_(match), leniency_(leniency), kept_(common_lines(search, replace)) {}

  std::expected<std::vector<Splice>, Unclear> run() {
    if (!frames_agree())
      return unclear("the lines match with another indentation, and that of the replacement is unclear: copy the indentation of the file");
    prettified_ = is_prettified();
    begin_ = match_.begin;
    end_ = match_.end;
    if (auto done = leniency_.blanks ? without_blanks() : line_by_line(); !done) return std::unexpected(done.error());
    return splices();
  }

 private:
  using Step = std::expected<void, Unclear>;

  bool reindents() const {
    const auto& rule = match_.indentation;
    return !rule.add.empty() || !rule.remove.empty();
  }

  // Search and replacement must be shifted by the same: the lines that they share say so, and the file's own must not say the contrary.
  bool frames_agree() const {
    if (!reindents() || std::ranges::all_of(replace_, is_blank)) return true;
    std::size_t shared = 0;
    for (std::size_t j = 0; j < replace_.size(); ++j) shared += kept_[j] != kNoLine && !is_blank(replace_[j]) ? 1 : 0;
    Lines ours;
    for (std::size_t i = match_.begin; i < match_.end; ++i) ours.emplace_back(trim_right(text_[i]));
    Lines theirs;
    for (const auto& line : replace_) theirs.emplace_back(trim_right(line));
    const auto as_file = common_lines(ours, theirs);
    std::size_t contrary = 0;
    for (std::size_t j = 0; j < theirs.size(); ++j) contrary += as_file[j] != kNoLine && !theirs[j].empty() ? 1 : 0;
    const auto from = least_indentation(search_), to = least_indentation(replace_);
    return shared > 0 ? shared >= contrary && to <= from : contrary == 0 && to == from;
  }

  bool is_prettified() const {
    if (!leniency_.punctuation) return false;
    for (std::size_t i = 0; i < search_.size(); ++i)
      if (match_.lines[i] != kNoLine && is_typographic(search_[i]) && !is_typographic(text_[match_.lines[i]])) return true;
    return false;
  }

  // A new line of the answer as the file would write it. `from`: the searched line in whose place it stands, or kNoLine.
  Step add(std::size_t j, std::size_t from) {
    auto line = match_.indentation.apply(replace_[j]);
    if (!line) return unclear("a line of the replacement is indented less than the place in the file: copy the indentation of the file");
    if (leniency_.punctuation && from != kNoLine && match_.lines[from] != kNoLine && !is_blank(*line)) {
      const auto old = match_.indentation.apply(search_[from]);
      auto carried = carry_over(trim_right(text_[match_.lines[from]]), trim_right(old.value_or("")), trim_right(*line), prettified_);
      if (!carried)
        return unclear("the file has typographic quotes, dashes or spaces where the replacement is unclear: copy the line exactly");
      line = std::move(carried);
    } else if (prettified_) {
      line = ascii_punctuation(*line);
    }
    items_.push_back({kNoLine, *std::move(line)});
    return {};
  }

  // Regions between kept lines, as [s, s_end) of the search giving way to [r, r_end) of the replacement.
  template <class Region>
  Step regions(const std::vector<std::size_t>& searched, const std::vector<std::size_t>& replaced, Region region) {
    std::size_t s = 0, r = 0;
    for (std::size_t k = 0; k <= replaced.size(); ++k) {
      const auto kept = k < replaced.size() ? kept_[replaced[k]] : kNoLine;
      if (k < replaced.size() && kept == kNoLine) continue;
      const auto at =
          k < replaced.size() ? static_cast<std::size_t>(std::ranges::lower_bound(searched, kept) - searched.begin()) : searched.size();
      if (auto done = region(s, at, r, k); !done) return done;
      s = at + 1;
      r = k + 1;
    }
    return {};
  }

  // Of a region whose lines cannot be paired: typographic characters of the lines that go must not stand in ASCII in those that come.
  Step check_unpaired(const Lines& going, const Lines& coming) const {
    std::string letters;
    for (const auto& line : going) letters += ascii_of_typographic(line);
    for (const auto& line : coming)
      if (line.find_first_of(letters) != std::string::npos)
        return unclear("the file has typographic quotes, dashes or spaces where the replacement is unclear: copy the lines exactly");
    return {};
  }

  Step line_by_line() {
    std::vector<std::size_t> searched(search_.size()), replaced(replace_.size());
    for (std::size_t i = 0; i < searched.size(); ++i) searched[i] = i;
    for (std::size_t j = 0; j < replaced.size(); ++j) replaced[j] = j;
    return regions(searched, replaced, [&](std::size_t s, std::size_t s_end, std::size_t r, std::size_t r_end) -> Step {
      const bool paired = s_end - s == r_end - r;
      if (!paired && leniency_.punctuation)
        if (auto fine = check_region(s, s_end, r, r_end); !fine) return fine;
      for (std::size_t k = 0; r + k < r_end; ++k)
        if (auto done = add(r + k, paired ? s + k : kNoLine); !done) return done;
      if (s_end < search_.size()) items_.push_back({match_.lines[s_end], {}});
      return {};
    });
  }

  Step check_region(std::size_t s, std::size_t s_end, std::size_t r, std::size_t r_end) const {
    Lines going, coming;
    for (; s < s_end; ++s)
      if (match_.lines[s] != kNoLine && !is_typographic(search_[s])) going.push_back(text_[match_.lines[s]]);
    for (; r < r_end; ++r) coming.push_back(replace_[r]);
    return check_unpaired(going, coming);
  }

  static std::vector<std::size_t> filled(const Lines& lines) {
    std::vector<std::size_t> out;
    for (std::size_t i = 0; i < lines.size(); ++i)
      if (!is_blank(lines[i])) out.push_back(i);
    return out;
  }
  // Blank lines before the k-th filled line; those at the end for k = size.
  static std::size_t run(const std::vector<std::size_t>& at, std::size_t k, std::size_t size) {
    return (k < at.size() ? at[k] : size) - (k == 0 ? 0 : at[k - 1] + 1);
  }

  // Blank lines before the k-th filled line of the search, as the file has them: those around the match count only when searched.
  std::pair<std::size_t, std::size_t> file_run(const std::vector<std::size_t>& searched, std::size_t k) const {
    if (k > 0 && k < searched.size()) return {match_.lines[searched[k - 1]] + 1, match_.lines[searched[k]]};
    std::size_t from = k == 0 ? match_.begin : match_.end, to = from;
    if (run(searched, k, search_.size()) == 0) return {from, to};
    while (k == 0 && from > 0 && is_blank(text_[from - 1])) --from;
    while (k > 0 && to < text_.size() && is_blank(text_[to])) ++to;
    return {from, to};
  }

  // What the answer leaves stays as in the file, what the file and the search agree on becomes as in the answer.
  Step blank_run(const std::vector<std::size_t>& searched, const std::vector<std::size_t>& replaced, std::size_t s, std::size_t r) {
    const auto [from, to] = file_run(searched, s);
    const auto ours = to - from, old = run(searched, s, search_.size()), now = run(replaced, r, replace_.size());
    std::size_t wanted = now;
    const auto said = replaced_blank(replaced, r);
    if (old == now && !same_blanks(searched, s, said))
      return unclear(
          "blank lines differ between the file and the search where the replacement changes their spaces: copy the lines exactly");
    if (old == now)
      wanted = ours;
    else if (ours != old)
      return unclear("blank lines differ between the file and the search where the replacement changes them: copy the lines exactly");
    begin_ = std::min(begin_, from);
    end_ = std::max(end_, to);
    for (std::size_t i = 0; i < wanted; ++i) items_.push_back(i < ours ? Item{from + i, {}} : Item{kNoLine, replace_[said + i]});
    return {};
  }

  // Where the blank lines before the r-th filled line of the replacement begin.
  std::size_t replaced_blank(const std::vector<std::size_t>& replaced, std::size_t r) const { return r == 0 ? 0 : replaced[r - 1] + 1; }
  bool same_blanks(const std::vector<std::size_t>& searched, std::size_t s, std::size_t said) const {
    const auto from = s == 0 ? 0 : searched[s - 1] + 1, count = run(searched, s, search_.size());
    return std::equal(search_.begin() + static_cast<std::ptrdiff_t>(from), search_.begin() + static_cast<std::ptrdiff_t>(from + count),
                      replace_.begin() + static_cast<std::ptrdiff_t>(said));
  }

  Step without_blanks() {
    const auto searched = filled(search_), replaced = filled(replace_);
    return regions(searched, replaced, [&](std::size_t s, std::size_t s_end, std::size_t r, std::size_t r_end) -> Step {
      const bool last = s_end >= searched.size();
      if (s_end - s == r_end - r) {
        for (std::size_t k = 0; r + k < r_end; ++k) {
          if (auto done = blank_run(searched, replaced, s + k, r + k); !done) return done;
          if (auto done = add(replaced[r + k], searched[s + k]); !done) return done;
        }
        if (auto done = blank_run(searched, replaced, s_end, r_end); !done) return done;
      } else if (auto done = uneven(searched, replaced, {s, s_end, r, r_end}); !done) {
        return done;
      }
      if (!last) items_.push_back({match_.lines[searched[s_end]], {}});
      return {};
    });
  }

  struct Bounds {
    std::size_t s, s_end, r, r_end;
  };
  // More or fewer lines than before: the blank ones between them must be those of the file.
  Step uneven(const std::vector<std::size_t>& searched, const std::vector<std::size_t>& replaced, Bounds at) {
    if (leniency_.punctuation) {
      Lines going, coming;
      for (auto s = at.s; s < at.s_end; ++s) going.push_back(text_[match_.lines[searched[s]]]);
      for (auto r = at.r; r < at.r_end; ++r) coming.push_back(replace_[replaced[r]]);
      if (auto fine = check_unpaired(going, coming); !fine) return fine;
    }
    for (auto s = at.s; s <= at.s_end; ++s) {
      const auto [from, to] = file_run(searched, s);
      if (to - from != run(searched, s, search_.size()))
        return unclear("blank lines differ between the file and the search where lines come or go: copy the lines exactly");
      begin_ = std::min(begin_, from);
      end_ = std::max(end_, to);
    }
    for (auto r = at.r; r <= at.r_end; ++r) {
      for (std::size_t i = 0; i < run(replaced, r, replace_.size()); ++i)
        items_.push_back({kNoLine, replace_[replaced_blank(replaced, r) + i]});
      if (r < at.r_end)
        if (auto done = add(replaced[r], kNoLine); !done) return done;
    }
    return {};
  }

  std::vector<Splice> splices() const {
    std::vector<Splice> out;
    Splice open{begin_, begin_, {}};
    const auto close = [&](std::size_t end) {
      open.end = end;
      // What is the same at both ends of a region is no change.
      std::size_t same = 0;
      while (same < open.lines.size() && open.begin + same < open.end && open.lines[same] == text_[open.begin + same]) ++same;
      open.lines.erase(open.lines.begin(), open.lines.begin() + static_cast<std::ptrdiff_t>(same));
      open.begin += same;
      while (!open.lines.empty() && open.begin < open.end && open.lines.back() == text_[open.end - 1]) {
        open.lines.pop_back();
        --open.end;
      }
      if (open.end > open.begin || !open.lines.empty()) out.push_back(std::move(open));
      open = {end + 1, end + 1, {}};
    };
    for (const Item& item : items_) {
      if (item.keep == kNoLine)
        open.lines.push_back(item.text);
      else
        close(item.keep);
    }
    close(end_);
    return out;
  }

  const LineText& text_;
  const Lines& search_;
  const Lines& replace_;
  const Match& match_;
  const Leniency& leniency_;
  std::vector<std::size_t> kept_;
  std::vector<Item> items_;
  std::size_t begin_ = 0, end_ = 0;
  bool prettified_ = false;
};

}  // namespace

std::expected<std::vector<Splice>, Unclear> merge(const LineText& text, const Lines& search, const Lines& replace, const Match& match,
                                                  const Leniency& leniency) {
  return Merge(text, search, replace, match, leniency).run();
}

}  // namespace argosy::code
