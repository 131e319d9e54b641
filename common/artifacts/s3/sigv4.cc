#include "common/artifacts/s3/sigv4.h"

#include <fmt/format.h>

#include <cctype>
#include <ctime>

#include "common/core/crypto.h"
#include "common/core/text.h"

namespace argosy::artifacts::s3 {
namespace {

constexpr std::string_view kAlgorithm = "AWS4-HMAC-SHA256";

bool is_unreserved(unsigned char c) { return (c < 0x80 && std::isalnum(c) != 0) || c == '-' || c == '.' || c == '_' || c == '~'; }

}  // namespace

std::string uri_encode(std::string_view text, bool keep_slashes) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (is_unreserved(byte) || (keep_slashes && c == '/')) {
      out += c;
    } else {
      out += fmt::format("%{:02X}", byte);
    }
  }
  return out;
}

std::string query_string(const std::map<std::string, std::string>& query) {
  std::map<std::string, std::string> encoded;  // the order is that of the encoded names
  for (const auto& [name, value] : query) encoded.emplace(uri_encode(name, false), uri_encode(value, false));
  std::string out;
  for (const auto& [name, value] : encoded) out += fmt::format("{}{}={}", out.empty() ? "" : "&", name, value);
  return out;
}

std::string amz_date(UnixMillis at) {
  const std::time_t seconds = at / 1000;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[32];
  return {text, std::strftime(text, sizeof text, "%Y%m%dT%H%M%SZ", &parts)};
}

std::map<std::string, std::string> sign(const Unsigned& request, const Scope& scope, const Credentials& credentials, UnixMillis now) {
  const std::string date = amz_date(now), day = date.substr(0, 8);
  auto headers = request.headers;
  headers["host"] = request.host;
  headers["x-amz-date"] = date;
  if (!credentials.session_token.empty()) headers["x-amz-security-token"] = credentials.session_token;

  std::string names, lines;
  for (const auto& [name, value] : headers) {
    names += (names.empty() ? "" : ";") + name;
    lines += fmt::format("{}:{}\n", name, text::trim(value));
  }
  const std::string canonical = fmt::format("{}\n{}\n{}\n{}\n{}\n{}", request.method, request.path, query_string(request.query), lines,
                                            names, request.payload_sha256);
  const std::string within = fmt::format("{}/{}/{}/aws4_request", day, scope.region, scope.service);
  const std::string to_sign = fmt::format("{}\n{}\n{}\n{}", kAlgorithm, date, within, crypto::sha256_hex(canonical));

  std::string key = "AWS4" + credentials.secret_key;
  for (const std::string_view part :
       {std::string_view(day), std::string_view(scope.region), std::string_view(scope.service), std::string_view("aws4_request")})
    key = crypto::hmac_sha256(key, part);
  headers["authorization"] = fmt::format("{} Credential={}/{},SignedHeaders={},Signature={}", kAlgorithm, credentials.access_key, within,
                                         names, text::hex(crypto::hmac_sha256(key, to_sign)));
  headers.erase("host");
  return headers;
}

}  // namespace argosy::artifacts::s3
