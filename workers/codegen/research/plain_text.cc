#include "workers/codegen/research/plain_text.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "common/core/text.h"

namespace argosy::codegen {
namespace {

constexpr std::array<std::string_view, 5> kUnread{"script", "style", "head", "svg", "noscript"};
constexpr std::array<std::string_view, 18> kBlocks{"p",  "div", "br", "li", "tr", "h1",  "h2",         "h3",      "h4",
                                                   "h5", "h6",  "ul", "ol", "dt", "pre", "blockquote", "section", "table"};
constexpr std::array<std::pair<std::string_view, std::string_view>, 7> kEntities{
    {{"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&#39;", "'"}, {"&apos;", "'"}, {"&nbsp;", " "}, {"&amp;", "&"}}};

std::string name_of(std::string_view tag) {
  if (tag.starts_with('/')) tag.remove_prefix(1);
  const auto end = std::ranges::find_if(tag, [](char c) { return !std::isalnum(static_cast<unsigned char>(c)); });
  return text::lower(tag.substr(0, static_cast<std::size_t>(end - tag.begin())));
}

std::string decoded(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto* const entity = std::ranges::find_if(kEntities, [&](const auto& one) { return text.starts_with(one.first); });
    out += entity == kEntities.end() ? text.substr(0, 1) : entity->second;
    text.remove_prefix(entity == kEntities.end() ? 1 : entity->first.size());
  }
  return out;
}

}  // namespace

std::string text_of_html(std::string_view html) {
  std::string raw, unread;  // unread: the element that is being left out
  while (!html.empty()) {
    const auto open = html.find('<');
    if (unread.empty()) raw += html.substr(0, open);
    if (open == std::string_view::npos) break;
    html.remove_prefix(open + 1);
    const bool comment = html.starts_with("!--");
    const auto close = html.find(comment ? "-->" : ">");
    if (close == std::string_view::npos) break;
    const auto tag = html.substr(0, close);
    html.remove_prefix(close + (comment ? 3 : 1));
    if (comment) continue;
    const auto name = name_of(tag);
    if (!unread.empty()) {
      if (tag.starts_with('/') && name == unread) unread.clear();
      continue;
    }
    if (std::ranges::find(kUnread, name) != kUnread.end() && !tag.starts_with('/') && !tag.ends_with('/')) unread = name;
    if (std::ranges::find(kBlocks, name) != kBlocks.end()) raw += '\n';
  }
  std::string out;
  for (const auto line : text::lines(decoded(raw)))
    if (const auto words = text::trim(line); !words.empty()) out += std::string(words) + "\n";
  return out;
}

}  // namespace argosy::codegen
