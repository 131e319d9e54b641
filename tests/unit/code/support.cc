#include "tests/unit/code/support.h"

#include <algorithm>

#include "common/code/places.h"

namespace argosy::code {
namespace {

constexpr std::string_view kOpen = "«", kClose = "»", kOpenPlace = "‹", kClosePlace = "›";

// The text with each marked piece replaced by what `change` makes of it.
template <class Change>
std::string replace_marked(const std::string& text, std::string_view open, std::string_view close, Change change) {
  std::string out;
  std::size_t done = 0;
  for (std::size_t at = text.find(open); at != std::string::npos; at = text.find(open, done)) {
    const std::size_t end = text.find(close, at);
    out.append(text, done, at - done).append(change(text.substr(at + open.size(), end - at - open.size()), out.size()));
    done = end + close.size();
  }
  return out.append(text, done);
}

std::string without_places(const std::string& text) {
  return replace_marked(text, kOpenPlace, kClosePlace, [](const std::string& inner, std::size_t) { return inner; });
}

std::string old_path(const std::string& path) { return path.substr(0, path.find('>')); }

std::string new_path(const std::string& path) {
  const auto arrow = path.find('>');
  return arrow == std::string::npos ? path : path.substr(0, path.rfind('/', arrow) + 1) + path.substr(arrow + 1);
}

}  // namespace

Files MapTree::with(const Edit& edit) const {
  Files out = files;
  for (const auto& [path, bytes] : edit.files) {
    if (bytes)
      out[path] = *bytes;
    else
      out.erase(path);
  }
  return out;
}

void PrintTo(const RenameCase& c, std::ostream* out) { *out << c.promise; }

Files before(const Files& marked) {
  Files out;
  for (const auto& [path, text] : marked)
    out[old_path(path)] = replace_marked(without_places(text), kOpen, kClose,
                                         [](const std::string& inner, std::size_t) { return inner.substr(0, inner.find('|')); });
  return out;
}

Files after(const Files& marked, const std::string& to) {
  Files out;
  for (const auto& [path, text] : marked) {
    out[new_path(path)] = replace_marked(without_places(text), kOpen, kClose, [&](const std::string& inner, std::size_t) {
      const auto bar = inner.find('|');
      return bar == std::string::npos ? to : inner.substr(bar + 1);
    });
  }
  return out;
}

std::vector<std::string> refused_places(const Files& marked) {
  std::vector<std::string> out;
  for (const auto& [path, text] : marked) {
    const std::string plain = before({{path, text}}).at(path);
    replace_marked(text, kOpenPlace, kClosePlace, [&](const std::string& inner, std::size_t at) {
      const Place place = place_at(path, plain, at);
      out.push_back(path + ":" + std::to_string(place.line) + ":" + std::to_string(place.column));
      return inner;
    });
  }
  std::ranges::sort(out);
  return out;
}

tasks::RenameSymbol renaming(std::string language, std::string from, std::string to) {
  return {.language = std::move(language), .from = std::move(from), .to = std::move(to), .kind = {}, .paths = {}, .force = {}};
}

}  // namespace argosy::code
