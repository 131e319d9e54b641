#include "common/reports/xml_reader.h"

#include <expat.h>
#include <fmt/format.h>

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
  int depth = 0;
  std::string refused{};

  void refuse(std::string why) {
    refused = std::move(why);
    XML_StopParser(parser, XML_FALSE);
  }
};

void XMLCALL on_start(void* data, const XML_Char* name, const XML_Char** attributes) {
  auto& reading = *static_cast<Reading*>(data);
  if (++reading.depth > kMaxXmlDepth) return reading.refuse(fmt::format("elements are nested deeper than {}", kMaxXmlDepth));
  XmlHandler::Attributes named;
  for (; *attributes; attributes += 2) named.emplace(attributes[0], attributes[1]);
  reading.handler.start(name, named);
}

void XMLCALL on_end(void* data, const XML_Char* name) {
  auto& reading = *static_cast<Reading*>(data);
  --reading.depth;
  reading.handler.end(name);
}

void XMLCALL on_text(void* data, const XML_Char* text, int size) {
  static_cast<Reading*>(data)->handler.text({text, static_cast<std::size_t>(size)});
}

void XMLCALL on_doctype(void* data, const XML_Char*, const XML_Char*, const XML_Char*, int) {
  static_cast<Reading*>(data)->refuse("a document type is declared: reports have none, attacks do");
}

// UTF-16 is left to expat; what claims an old one-byte encoding is read as Latin-1; all else is made valid UTF-8.
enum class Encoding { utf8, latin1, own };
Encoding encoding_of(std::string_view bytes) {
  if (bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF")) return Encoding::own;
  const auto declaration = bytes.substr(0, std::min(bytes.find("?>"), kDeclaration));
  if (declaration.find("encoding=") == std::string_view::npos) return Encoding::utf8;
  for (const char* name : {"utf-8", "UTF-8", "Utf-8", "utf8", "UTF8", "us-ascii", "US-ASCII"})
    if (declaration.find(name) != std::string_view::npos) return Encoding::utf8;
  return Encoding::latin1;
}

}  // namespace

std::string read_xml(std::string_view bytes, const XmlHandler& handler) {
  const auto encoding = encoding_of(bytes);
  const std::unique_ptr<std::remove_pointer_t<XML_Parser>, decltype(&XML_ParserFree)> parser(
      XML_ParserCreate(encoding == Encoding::own    ? nullptr
                       : encoding == Encoding::utf8 ? "UTF-8"
                                                    : "ISO-8859-1"),
      &XML_ParserFree);
  if (!parser) return "out of memory";
  Reading reading{handler, parser.get()};
  XML_SetUserData(parser.get(), &reading);
  XML_SetElementHandler(parser.get(), on_start, on_end);
  XML_SetCharacterDataHandler(parser.get(), on_text);
  XML_SetStartDoctypeDeclHandler(parser.get(), on_doctype);

  std::string valid;
  for (std::size_t at = 0, size = 0; at < bytes.size(); at += size) {
    size = std::min(kPiece, bytes.size() - at);
    // Pieces end between characters.
    while (encoding == Encoding::utf8 && size > kPiece - 4 && at + size < bytes.size() && (bytes[at + size] & 0xC0) == 0x80) --size;
    auto piece = bytes.substr(at, size);
    if (encoding == Encoding::utf8) {
      valid.clear();
      append_valid(valid, piece);
      piece = valid;
    }
    if (XML_Parse(parser.get(), piece.data(), static_cast<int>(piece.size()), at + size == bytes.size()) == XML_STATUS_ERROR) {
      if (!reading.refused.empty()) return reading.refused;
      return fmt::format("{} in line {}", XML_ErrorString(XML_GetErrorCode(parser.get())), XML_GetCurrentLineNumber(parser.get()));
    }
  }
  return {};
}

}  // namespace argosy::reports
