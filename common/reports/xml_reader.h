// A stream of XML events from bytes that may be broken, hostile or huge; the only door to expat. No DTD, so no entities beyond the
// five, no expansion, nothing fetched. Depth is bounded; text that is no UTF-8 is made so. Internal to the room; one thread.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace argosy::reports {

inline constexpr int kMaxXmlDepth = 200;

struct XmlHandler {
  using Attributes = std::map<std::string_view, std::string_view>;  // valid during the call
  std::function<void(std::string_view name, const Attributes&)> start;
  std::function<void(std::string_view name)> end;
  std::function<void(std::string_view)> text;
};

// Empty when the document was read to its end, else why it was not: what came before has been handed on.
std::string read_xml(std::string_view bytes, const XmlHandler& handler);

}  // namespace argosy::reports
