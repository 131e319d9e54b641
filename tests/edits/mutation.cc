#include "tests/edits/mutation.h"

#include <algorithm>
#include <array>
#include <optional>

#include "common/code/encoding.h"
#include "common/code/syntax_check.h"
#include "common/core/text.h"
#include "tests/edits/block.h"
#include "tests/edits/render.h"

namespace argosy::edits {
namespace {

using code::EditFormat;

constexpr auto kFormats = std::to_array<EditFormat>(
    {EditFormat::search_replace, EditFormat::str_replace, EditFormat::unified_diff, EditFormat::apply_patch, EditFormat::whole_file});

constexpr std::uint64_t kMaxAttempts = 1000;  // seeds of one case, before those of the next

// How a file lies on disk: line ends, encoding, last newline.
struct Form {
  bool returns = false, last_newline = true;
  code::Encoding encoding = code::Encoding::utf8;
};

std::optional<std::string> bytes_of(const Lines& lines, const Form& form) {
  std::string text;
  for (const auto& line : lines) text.append(line).append(form.returns ? "\r\n" : "\n");
  if (!form.last_newline && !lines.empty()) text.resize(text.size() - (form.returns ? 2 : 1));
  auto bytes = code::encode(text, form.encoding);
  if (bytes && form.encoding == code::Encoding::latin1 && text::is_utf8(*bytes)) return std::nullopt;  // nobody could tell
  return bytes;
}

Form form_of(Random& random) {
  Form form;
  form.returns = chance(random, 20);
  form.last_newline = !chance(random, 15);
  constexpr auto kEncodings =
      std::to_array<code::Encoding>({code::Encoding::utf8_with_mark, code::Encoding::utf16_little, code::Encoding::utf16_big});
  if (chance(random, 20)) form.encoding = kEncodings[pick(random, kEncodings.size())];
  return form;
}

struct Target {
  std::string path;
  Script script;  // with only the chosen hunks
  std::vector<Block> blocks;
};

class Maker {
 public:
  Maker(const std::vector<Library>& libraries, std::uint64_t seed) : libraries_(libraries), random_(seed) {}

  std::optional<Mutation> make() {
    const auto roll = pick(random_, 100);
    made_.kind = roll < 35 ? Kind::clean : roll < 75 ? Kind::slipped : roll < 90 ? Kind::harmed : Kind::hostile;
    style_.format = kFormats[pick(random_, kFormats.size())];
    style_.clean = made_.kind == Kind::clean;
    made_.format = chance(random_, 50) ? EditFormat::automatic : style_.format;
    if (made_.kind == Kind::slipped && style_.format != EditFormat::whole_file && chance(random_, 75)) slip_ = Slip(pick(random_, kSlips));
    if (!choose()) return std::nullopt;
    const bool done = made_.kind == Kind::clean     ? clean()
                      : made_.kind == Kind::slipped ? slipped()
                      : made_.kind == Kind::harmed  ? harmed()
                                                    : hostile();
    if (!done) return std::nullopt;
    if (made_.answer.empty()) made_.answer = answer(blocks());
    return std::move(made_);
  }

 private:
  bool choose() {
    const auto& library = libraries_[pick(random_, libraries_.size())];
    const std::size_t files = chance(random_, 20) ? 2 : 1;
    for (std::size_t k = 0; k < files; ++k) {
      const auto& file = library.changed[pick(random_, library.changed.size())];
      if (made_.tree.contains(file.path)) continue;
      if (!add(file)) return false;
    }
    const auto& other = library.changed[pick(random_, library.changed.size())];
    if (!made_.tree.contains(other.path)) made_.tree[other.path] = made_.expected[other.path] = join(before(other.script));
    return true;
  }

  bool add(const SourceFile& file) {
    const auto all = hunks(file.script);
    std::vector<Hunk> chosen;
    const auto wanted = chance(random_, 30) ? 2 + pick(random_, 2) : 1;
    for (std::size_t k = 0; k < wanted; ++k) {
      const auto& hunk = all[pick(random_, all.size())];
      const auto near = [&](const Hunk& other) { return hunk.begin < other.end + 12 && other.begin < hunk.end + 12; };
      if (std::ranges::none_of(chosen, near)) chosen.push_back(hunk);
    }
    Target target{file.path, only(file.script, chosen), {}};
    if (slip_) prepare(target.script, *slip_, random_);
    const auto context = slip_ == Slip::elision ? 9 : 1 + pick(random_, 5);
    for (const auto& hunk : hunks(target.script)) {
      auto block = block_of(file.path, target.script, hunk, context);
      if (!block) return false;
      target.blocks.push_back(*std::move(block));
    }
    const Form form = form_of(random_);
    auto old_bytes = bytes_of(before(target.script), form), new_bytes = bytes_of(after(target.script), form);
    if (!old_bytes || !new_bytes || after(target.script).empty()) return false;
    made_.tree[file.path] = *std::move(old_bytes);
    made_.expected[file.path] = *std::move(new_bytes);
    targets_.push_back(std::move(target));
    return true;
  }

  std::vector<Block> blocks() const {
    std::vector<Block> out;
    for (const auto& target : targets_) {
      if (style_.format == EditFormat::whole_file)
        out.push_back({target.path, {}, 0, {}});
      else
        out.insert(out.end(), target.blocks.begin(), target.blocks.end());
    }
    return out;
  }

  std::string answer(std::vector<Block> said) {
    std::vector<Lines> files;
    for (const auto& target : targets_) files.push_back(after(target.script));
    const bool any_order = style_.format == EditFormat::search_replace || style_.format == EditFormat::str_replace;
    if (!style_.clean && any_order && chance(random_, 30)) std::ranges::reverse(said);
    return render(said, files, style_, random_);
  }

  bool clean() {
    made_.what = "clean";
    if (style_.format == EditFormat::whole_file) return true;
    made_.answer = answer(blocks());
    auto back = blocks();
    for (auto& block : back)
      for (auto& item : block.said)
        if (item.fate != Fate::stays) item.fate = item.fate == Fate::goes ? Fate::comes : Fate::goes;
    const bool says_a_place = std::ranges::all_of(back, [](const Block& block) { return !text::trim(join(before(block.said))).empty(); });
    if (says_a_place) made_.reverse = answer(back);
    return true;
  }

  bool slipped() {
    made_.what = slip_ ? std::string(to_string(*slip_)) : "form";
    if (!slip_) return true;
    bool any = false;
    for (auto& target : targets_)
      for (auto& block : target.blocks) any = damage(block, *slip_, random_) || any;
    return any;
  }

  bool harmed() {
    if (style_.format == EditFormat::whole_file || chance(random_, 20)) return truncated();
    const auto kind = Harm(pick(random_, kHarms));
    made_.what = to_string(kind);
    if (kind == Harm::cut_line && style_.format == EditFormat::str_replace) return false;  // a piece of a line is what it may name
    Block& block = targets_[0].blocks[0];
    if (!harm(block, kind, random_)) return false;
    if (kind == Harm::broken_syntax) return breaks(block);
    // What names another place exactly is no damage that anybody could see.
    return kind == Harm::elided_replacement || kind == Harm::ragged || places(block.file, before(block.said)) == 0;
  }

  // Within a string or a comment nothing breaks.
  static bool breaks(const Block& block) {
    const auto text = join(block.file), old_lines = join(before(block.said));
    const auto at = text.find(old_lines);
    if (at == std::string::npos) return false;
    auto broken = text;
    broken.replace(at, old_lines.size(), join(after(block.said)));
    const auto errors = code::syntax_errors(block.path, text, broken);
    return errors && errors->after > errors->before;
  }

  // Cut off anywhere. Of several edits the first may stand whole, so there is one.
  bool truncated() {
    if (blocks().size() != 1) return false;
    made_.what = "truncated";
    auto whole = answer(blocks());
    made_.answer = whole.substr(0, 1 + pick(random_, whole.size() - 1));
    return true;
  }

  bool hostile() {
    constexpr auto kPaths =
        std::to_array<std::string_view>({"../x.py", "/etc/passwd", ".git/config", "a/../../b.py", ".GIT/hooks/post-commit", "C:/x.py",
                                         "a\\b.py", ".git./config", "sub/.git/x.py"});
    if (style_.format == EditFormat::whole_file) style_.format = made_.format = EditFormat::search_replace;
    auto said = blocks();
    switch (pick(random_, 4)) {
      case 0:
        made_.what = "path";
        said[0].path = kPaths[pick(random_, kPaths.size())];
        break;
      case 1:
        made_.what = "wrong file";
        if (made_.tree.size() < 2) return false;
        for (const auto& [path, bytes] : made_.tree)
          if (std::ranges::none_of(targets_, [&](const Target& t) { return t.path == path; })) said[0].path = path;
        if (said[0].path == targets_[0].path || count_in(made_.tree[said[0].path], said[0]) != 0) return false;
        break;
      case 2:
        made_.what = "ambiguous";
        if (!make_ambiguous(said[0])) return false;
        break;
      default:
        made_.what = "empty search";
        std::erase_if(said[0].said, [](const Item& item) { return item.fate != Fate::comes; });
        if (said[0].said.empty()) return false;
    }
    made_.answer = answer(said);
    made_.expected = made_.tree;
    return true;
  }

  static std::size_t count_in(const std::string& bytes, const Block& block) {
    const auto decoded = code::decode(bytes);
    return decoded && decoded->text.contains(text::trim(before(block.said).front())) ? 1 : 0;
  }

  // Only lines that the file has at several places.
  bool make_ambiguous(Block& block) const {
    const auto file = before(targets_[0].script);
    std::vector<std::string> often;
    for (const auto& line : file)
      if (!text::trim(line).empty() && std::ranges::count(file, line) > 1) often.push_back(line);
    if (often.empty()) return false;
    block.said = {{Fate::goes, often[often.size() / 2]}, {Fate::comes, "something_else()"}};
    return true;
  }

  const std::vector<Library>& libraries_;
  Random random_;
  Mutation made_;
  Style style_;
  std::optional<Slip> slip_;
  std::vector<Target> targets_;
};

}  // namespace

Mutation mutate(const std::vector<Library>& libraries, std::uint64_t seed) {
  // Not every damage fits every edit: tried until one does.
  for (std::uint64_t attempt = 0;; ++attempt)
    if (auto made = Maker(libraries, seed * kMaxAttempts + attempt).make()) return *std::move(made);
}

}  // namespace argosy::edits
