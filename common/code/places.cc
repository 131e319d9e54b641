#include "common/code/places.h"

#include <algorithm>

#include "common/core/json.h"
#include "common/core/text.h"

namespace argosy::code {
namespace {

constexpr std::size_t kMaxPlaceText = 160;
// Of a line, to find its text behind white space.
constexpr std::size_t kMaxLineRead = 4096;

}  // namespace

Place place_at(std::string path, std::string_view text, std::size_t offset) {
  offset = std::min(offset, text.size());
  const std::size_t line_start = offset == 0 ? 0 : text.rfind('\n', offset - 1) + 1;  // npos + 1 is 0
  const std::size_t line_end = std::min(text.find('\n', offset), text.size());
  const auto before = text.substr(line_start, offset - line_start);
  const auto characters = std::ranges::count_if(before, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; });
  return {.path = std::move(path),
          .line = static_cast<int>(std::ranges::count(text.substr(0, line_start), '\n')) + 1,
          .column = static_cast<int>(characters) + 1,
          .text = text::ellipsize(text::trim(text.substr(line_start, line_end - line_start)), kMaxPlaceText)};
}

Place place_at(std::string path, const Tree& tree, std::size_t offset) {
  const std::string_view text = tree.text();
  const auto spot = tree.spot(offset);
  const auto line = text.substr(spot.line_start, kMaxLineRead);
  return {.path = std::move(path),
          .line = static_cast<int>(spot.line),
          .column = static_cast<int>(spot.column),
          .text = text::ellipsize(text::trim(line.substr(0, line.find('\n'))), kMaxPlaceText)};
}

std::unexpected<Error> refuse(std::string code, std::string message, std::string hint, const std::vector<Place>& places) {
  json::Array list;
  for (const Place& place : places) {
    if (list.size() == kMaxPlaces) break;
    list.emplace_back(json::Object{{"path", place.path}, {"line", place.line}, {"column", place.column}, {"text", place.text}});
  }
  if (const auto at = message.find("{}"); at != std::string::npos)
    message.replace(at, 2, std::to_string(places.size()) + (places.size() == 1 ? " place" : " places"));
  if (!places.empty()) message += ": " + places.front().path + ":" + std::to_string(places.front().line);
  if (places.size() > 1) message += " and others";
  Error error{Category::needs_user, std::move(code), std::move(message), std::move(hint)};
  error.details = json::dump(json::Object{{"places", std::move(list)}});
  return std::unexpected(std::move(error));
}

}  // namespace argosy::code
