// A stream of XML events from bytes that may be broken, hostile or huge; the only door to expat. No entities beyond the five, no
// expansion, nothing fetched. Depth is bounded; text that is no UTF-8 is made so. Internal to the room; one thread.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "common/reports/report.h"

namespace argosy::reports {

inline constexpr int kMaxXmlDepth = 200;
inline constexpr std::size_t kMaxTag = 8u << 20;

// Of one element; valid during the call that shows it. Elements have few: a search beats a table.
class XmlAttributes {
 public:
  explicit XmlAttributes(const char** pairs) : pairs_(pairs) {}
  const char* find(std::string_view name) const;  // null when absent
  bool contains(std::string_view name) const { return find(name) != nullptr; }

 private:
  const char** pairs_;  // name, value, name, value, null
};

struct XmlHandler {
  using Attributes = XmlAttributes;
  std::function<void(std::string_view name, const Attributes&)> start;
  std::function<void(std::string_view name)> end;
  std::function<void(std::string_view)> text;
  std::function<bool()> wants_text{};  // asked after each event; where it is not there: always. Unwanted text costs next to nothing
};

// A document type that only names itself (Cobertura, JaCoCo) declares nothing and costs nothing; nobody fetches it.
enum class Doctype { refused, named };

// Empty when the document was read to its end, else why it was not: what came before has been handed on. Names come without their
// namespace's prefix.
std::string read_xml(const Source& source, const XmlHandler& handler, Doctype doctype = Doctype::refused);
// What stands in memory, in pieces; valid as long as that.
Source source_of(std::string_view bytes);

// By its first bytes, with a mark or without.
bool is_utf16(std::string_view bytes);

// The attribute's value, or empty.
std::string_view attribute(const XmlHandler::Attributes& attributes, std::string_view name);

}  // namespace argosy::reports
