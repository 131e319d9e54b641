// The few flat words that S3 and STS say in XML: codes, messages, keys. Used by the clients of this folder. Pure, any thread.
#pragma once

#include <string>
#include <string_view>

namespace argosy::artifacts::s3 {

// What stands in the first element of that name, as it is (nothing is unescaped: codes and keys need none); empty when there is none.
inline std::string xml_text(std::string_view document, std::string_view element) {
  const std::string open = "<" + std::string(element) + ">", close = "</" + std::string(element) + ">";
  const auto from = document.find(open);
  if (from == std::string_view::npos) return {};
  const auto to = document.find(close, from);
  if (to == std::string_view::npos) return {};
  return std::string(document.substr(from + open.size(), to - from - open.size()));
}

}  // namespace argosy::artifacts::s3
