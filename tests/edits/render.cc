#include "tests/edits/render.h"

#include <array>

#include <fmt/format.h>

#include "common/core/json.h"

namespace argosy::edits {
namespace {

using code::EditFormat;

class Renderer {
 public:
  Renderer(const Style& style, Random& random) : style_(style), random_(random) {}

  std::string all(const std::vector<Block>& blocks, const std::vector<Lines>& files) {
    if (sloppy(50)) out_ += prose();
    switch (style_.format) {
      case EditFormat::search_replace:
        for (const auto& block : blocks) search_replace(block);
        break;
      case EditFormat::str_replace:
        str_replace(blocks);
        break;
      case EditFormat::unified_diff:
        unified_diff(blocks);
        break;
      case EditFormat::apply_patch:
        apply_patch(blocks);
        break;
      default:
        for (std::size_t i = 0; i < blocks.size(); ++i) whole(blocks[i].path, files[i]);
    }
    if (sloppy(50)) out_ += "\nThis keeps everything else as it is.\n";
    return sloppy(15) ? with_returns(out_) : out_;
  }

 private:
  bool sloppy(unsigned percent) { return !style_.clean && chance(random_, percent); }
  template <std::size_t N>
  std::string_view one_of(const std::array<std::string_view, N>& all) {
    return style_.clean ? all[0] : all[pick(random_, N)];
  }
  std::string prose() {
    constexpr auto kProse = std::to_array<std::string_view>({"", "Here is the change.\n\n", "Sure! I will update the code:\n\n",
                                                             "First I looked at the callers; they stay.\n\n- one\n- two\n\n"});
    return std::string(one_of(kProse));
  }
  static std::string with_returns(const std::string& text) {
    std::string out;
    for (const char c : text) out += c == '\n' ? std::string("\r\n") : std::string(1, c);
    return out;
  }
  static std::string_view language(const std::string& path) {
    return path.ends_with(".py") ? "python" : path.ends_with(".go") ? "go" : "text";
  }

  // The name of the file and the fence around what follows; `close_` is what ends it.
  void open(const std::string& path, bool fence_may_miss) {
    const auto way = style_.clean ? 0 : pick(random_, 7);
    const auto name = way == 1   ? "**" + path + "**"
                      : way == 2 ? "`" + path + "`:"
                      : way == 3 ? "File: " + path
                      : way == 4 ? "### " + path
                                 : path;
    close_ = "```\n";
    if (way == 5) {
      out_ += fmt::format("```{}:{}\n", language(path), path);
    } else if (way == 6) {
      out_ += fmt::format("```{} {}\n", language(path), path);
    } else if (fence_may_miss && sloppy(25)) {
      out_ += name + "\n";
      close_.clear();
    } else if (fence_may_miss && sloppy(20)) {
      out_ += fmt::format("```{}\n{}\n", language(path), path);  // the name inside
    } else if (sloppy(15)) {
      out_ += fmt::format("{}\n```\n```{}\n", name, language(path));
      close_ = "```\n```\n";
    } else {
      out_ += fmt::format("{}\n```{}\n", name, language(path));
    }
  }

  void search_replace(const Block& block) {
    constexpr auto kOpen = std::to_array<std::string_view>(
        {"<<<<<<< SEARCH", "<<<<<< SEARCH", "<<<<<<<< SEARCH", "<<<<<<< search", "<<<<<<< SERACH", "<<<<<<< ORIGINAL", "<<<<<<< SEARCH:"});
    constexpr auto kMiddle = std::to_array<std::string_view>({"=======", "=======", "=======", "========", "======"});
    constexpr auto kClose = std::to_array<std::string_view>(
        {">>>>>>> REPLACE", ">>>>>> REPLACE", ">>>>>>>> REPLACE", ">>>>>>> replace", ">>>>>>> REPLCE", ">>>>>>> UPDATED"});
    open(block.path, true);
    const auto text =
        fmt::format("{}\n{}{}\n{}{}\n", one_of(kOpen), join(before(block.said)), one_of(kMiddle), join(after(block.said)), one_of(kClose));
    out_ += text;
    if (sloppy(5)) out_ += "\n" + text;  // said twice
    out_ += close_ + "\n";
  }

  void str_replace(const std::vector<Block>& blocks) {
    constexpr auto kPath = std::to_array<std::string_view>({"path", "file_path", "file_path", "path"});
    constexpr auto kOld = std::to_array<std::string_view>({"old_string", "old_str"});
    constexpr auto kNew = std::to_array<std::string_view>({"new_string", "new_str"});
    json::Array edits;
    const auto spelling = style_.clean ? 0 : pick(random_, 2);
    for (const auto& block : blocks) {
      auto old_text = join(before(block.said)), new_text = join(after(block.said));
      if (!old_text.empty() && !new_text.empty() && new_text != "\n" && chance(random_, 50)) {
        old_text.pop_back();
        new_text.pop_back();
      }
      if (sloppy(10)) {
        old_text = with_returns(old_text);
        new_text = with_returns(new_text);
      }
      json::Object edit{
          {std::string(one_of(kPath)), block.path}, {std::string(kOld[spelling]), old_text}, {std::string(kNew[spelling]), new_text}};
      if (sloppy(15))
        edits.emplace_back(json::Object{{"name", "str_replace"}, {"arguments", std::move(edit)}});
      else
        edits.emplace_back(std::move(edit));
    }
    const bool fence = sloppy(50);
    if (fence) out_ += "```json\n";
    if (edits.size() == 1 && chance(random_, 60))
      out_ += json::dump(edits[0]) + "\n";
    else if (sloppy(20))
      for (const auto& edit : edits) out_ += json::dump_pretty(edit) + "\n";
    else
      out_ += json::dump(edits) + "\n";
    if (fence) out_ += "```\n";
  }

  void unified_diff(const std::vector<Block>& blocks) {
    const bool fence = style_.clean || chance(random_, 60);
    if (fence) out_ += "```diff\n";
    std::string last;
    std::ptrdiff_t drift = 0;
    const bool prefixed = style_.clean || chance(random_, 70);
    const bool numbers_right = style_.clean || !fence;
    for (const auto& block : blocks) {
      if (block.path != last) {
        if (sloppy(30)) out_ += fmt::format("diff --git a/{0} b/{0}\nindex 1234567..89abcde 100644\n", block.path);
        out_ += fmt::format("--- {0}{2}\n+++ {1}{2}\n", prefixed ? "a/" : "", prefixed ? "b/" : "", block.path);
        drift = 0;
      }
      last = block.path;
      const auto olds = before(block.said).size(), news = after(block.said).size();
      const auto start = block.first + 1;
      if (numbers_right)
        out_ += fmt::format("@@ -{},{} +{},{} @@\n", start, olds, static_cast<std::ptrdiff_t>(start) + drift, news);
      else if (chance(random_, 30))
        out_ += "@@ ... @@\n";
      else
        out_ +=
            fmt::format("@@ -{},{} +{},{} @@\n", pick(random_, 500), olds + pick(random_, 3), pick(random_, 500), news + pick(random_, 3));
      drift += static_cast<std::ptrdiff_t>(news) - static_cast<std::ptrdiff_t>(olds);
      marked(block.said, fence && sloppy(30));
    }
    if (fence) out_ += "```\n";
  }

  void marked(const Script& said, bool bare_blanks) {
    for (const Item& item : said) {
      if (item.fate == Fate::stays && item.text.empty() && bare_blanks)
        out_ += "\n";
      else
        out_ += (item.fate == Fate::stays ? ' ' : item.fate == Fate::goes ? '-' : '+') + item.text + "\n";
    }
  }

  void apply_patch(const std::vector<Block>& blocks) {
    constexpr auto kBegin =
        std::to_array<std::string_view>({"*** Begin Patch", "*** Begin Patch ***", "***Begin Patch", "*** BEGIN PATCH"});
    constexpr auto kUpdate =
        std::to_array<std::string_view>({"*** Update File: ", "*** Update File:", "***Update File: ", "*** Updated File: "});
    constexpr auto kEnd = std::to_array<std::string_view>({"*** End Patch", "*** End Patch ***", "***End Patch"});
    const bool fence = sloppy(40);
    if (fence) out_ += "```\n";
    if (!sloppy(10)) out_ += fmt::format("{}\n", one_of(kBegin));
    std::string last;
    for (const auto& block : blocks) {
      if (block.path != last) out_ += fmt::format("{}{}\n", one_of(kUpdate), block.path);
      last = block.path;
      out_ += sloppy(20) ? "@@ -1,2 +3,4 @@\n" : "@@\n";
      marked(block.said, sloppy(30));
    }
    if (!fence || !sloppy(20)) out_ += fmt::format("{}\n", one_of(kEnd));
    if (fence) out_ += "```\n";
  }

  void whole(const std::string& path, const Lines& lines) {
    if (path.ends_with(".md") || path.ends_with(".rst")) {  // as the prompt asks for: a fence longer than those within
      out_ += fmt::format("{}\n`````text\n{}`````\n\n", path, join(lines));
      return;
    }
    open(path, false);
    out_ += join(lines) + close_ + "\n";
  }

  const Style& style_;
  Random& random_;
  std::string out_, close_;
};

}  // namespace

std::string render(const std::vector<Block>& blocks, const std::vector<Lines>& files, const Style& style, Random& random) {
  return Renderer(style, random).all(blocks, files);
}

}  // namespace argosy::edits
