#include "common/reports/xml_reader.h"

#include <expat.h>
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <type_traits>

#include "common/reports/clean_text.h"

namespace argosy::reports {
namespace {

constexpr std::size_t kPiece = 256u << 10;  // bytes that expat gets at a time
constexpr std::size_t kDeclaration = 200;   // where an XML declaration names its encoding, if it does

struct Reading {
  const XmlHandler& handler;
  XML_Parser parser;
  Doctype doctype;
  int depth = 0;
  std::string refused{};

  void refuse(std::string why) {
    refused = std::move(why);
    XML_StopParser(parser, XML_FALSE);
  }
  void choose_text() const;
};

// "j:testsuite" is "testsuite".
std::string_view local_name(std::string_view name) {
  const auto colon = name.rfind(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

void XMLCALL on_start(void* data, const XML_Char* name, const XML_Char** attributes) {
  auto& reading = *static_cast<Reading*>(data);
  if (++reading.depth > kMaxXmlDepth) return reading.refuse(fmt::format("elements are nested deeper than {}", kMaxXmlDepth));
  reading.handler.start(local_name(name), XmlHandler::Attributes(attributes));
  reading.choose_text();
}

void XMLCALL on_end(void* data, const XML_Char* name) {
  auto& reading = *static_cast<Reading*>(data);
  --reading.depth;
  reading.handler.end(local_name(name));
  reading.choose_text();
}

void XMLCALL on_text(void* data, const XML_Char* text, int size) {
  auto& reading = *static_cast<Reading*>(data);
  reading.handler.text({text, static_cast<std::size_t>(size)});
  reading.choose_text();
}

void Reading::choose_text() const {
  if (handler.wants_text) XML_SetCharacterDataHandler(parser, handler.wants_text() ? on_text : nullptr);
}

void XMLCALL on_doctype(void* data, const XML_Char*, const XML_Char*, const XML_Char*, int has_declarations) {
  auto& reading = *static_cast<Reading*>(data);
  if (reading.doctype == Doctype::named && has_declarations == 0) return;
  reading.refuse("a document type is declared: reports have none, attacks do");
}

// UTF-16 is left to expat, unless it is only claimed (a string of .NET, written as UTF-8); what claims an old one-byte encoding is read as
// Latin-1; all else is made valid UTF-8.
enum class Encoding { utf8, latin1, own };
Encoding encoding_of(std::string_view bytes) {
  if (is_utf16(bytes)) return Encoding::own;
  const auto declaration = bytes.substr(0, std::min(bytes.find("?>"), kDeclaration));
  if (declaration.find("encoding=") == std::string_view::npos) return Encoding::utf8;
  for (const char* name : {"utf-8", "UTF-8", "Utf-8", "utf8", "UTF8", "us-ascii", "US-ASCII", "utf-16", "UTF-16"})
    if (declaration.find(name) != std::string_view::npos) return Encoding::utf8;
  return Encoding::latin1;
}

// Gives the parser pieces that end between characters, valid UTF-8 where the encoding is that.
class Feed {
 public:
  explicit Feed(XML_Parser parser) : parser_(parser) {}

  // False: the parser has met an error, or was stopped.
  bool give(std::string_view piece, bool last, Encoding encoding) {
    if (encoding != Encoding::utf8) return parse(piece, last);
    std::string_view whole = piece;
    if (!rest_.empty()) whole = rest_.append(piece);
    const std::size_t keep = last ? 0 : unfinished(whole);
    valid_.clear();
    append_valid(valid_, whole.substr(0, whole.size() - keep));
    rest_ = std::string(whole.substr(whole.size() - keep));
    return parse(valid_, last);
  }

  // expat holds a tag or comment until it has seen its end.
  bool holds_too_much() const { return given_ - XML_GetCurrentByteIndex(parser_) > static_cast<XML_Index>(kMaxTag); }

 private:
  // The bytes of a character that is cut at the end.
  static std::size_t unfinished(std::string_view text) {
    for (std::size_t back = 1; back <= std::min<std::size_t>(3, text.size()); ++back) {
      const auto byte = static_cast<unsigned char>(text[text.size() - back]);
      if (byte < 0x80) return 0;
      if (byte >= 0xC0) return (byte >= 0xF0 ? 4u : byte >= 0xE0 ? 3u : 2u) > back ? back : 0;
    }
    return 0;
  }

  bool parse(std::string_view bytes, bool last) {
    given_ += static_cast<XML_Index>(bytes.size());
    return XML_Parse(parser_, bytes.data(), static_cast<int>(bytes.size()), last) != XML_STATUS_ERROR;
  }

  XML_Parser parser_;
  XML_Index given_ = 0;
  std::string rest_, valid_;
};

}  // namespace

const char* XmlAttributes::find(std::string_view name) const {
  for (const char** pair = pairs_; *pair != nullptr; pair += 2)
    if (name == *pair) return pair[1];
  return nullptr;
}

std::string_view attribute(const XmlHandler::Attributes& attributes, std::string_view name) {
  const char* value = attributes.find(name);
  return value == nullptr ? std::string_view{} : value;
}

bool is_utf16(std::string_view bytes) {
  using namespace std::string_view_literals;
  for (const auto start : {"\xFF\xFE"sv, "\xFE\xFF"sv, "<\0"sv, "\0<"sv})
    if (bytes.starts_with(start)) return true;
  return false;
}

std::string read_xml(const Source& source, const XmlHandler& handler, Doctype doctype) {
  std::string piece(source());
  const auto encoding = encoding_of(piece);
  const std::unique_ptr<std::remove_pointer_t<XML_Parser>, decltype(&XML_ParserFree)> parser(
      XML_ParserCreate(encoding == Encoding::own    ? nullptr
                       : encoding == Encoding::utf8 ? "UTF-8"
                                                    : "ISO-8859-1"),
      &XML_ParserFree);
  if (!parser) return "out of memory";
  Reading reading{handler, parser.get(), doctype};
  XML_SetUserData(parser.get(), &reading);
  XML_SetElementHandler(parser.get(), on_start, on_end);
  XML_SetCharacterDataHandler(parser.get(), on_text);
  XML_SetStartDoctypeDeclHandler(parser.get(), on_doctype);

  Feed feed(parser.get());
  for (bool last = false; !last; piece.assign(source())) {
    last = piece.empty();
    const bool fine = feed.give(piece, last, encoding);
    if (fine && feed.holds_too_much()) return fmt::format("a tag or comment is larger than {} bytes", kMaxTag);
    if (fine) continue;
    if (!reading.refused.empty()) return reading.refused;
    return fmt::format("{} in line {}", XML_ErrorString(XML_GetErrorCode(parser.get())), XML_GetCurrentLineNumber(parser.get()));
  }
  return {};
}

Source source_of(std::string_view bytes) {
  return [bytes]() mutable {
    const auto piece = bytes.substr(0, kPiece);
    bytes.remove_prefix(piece.size());
    return piece;
  };
}

}  // namespace argosy::reports
