// The format of Java's key stores (JKS), as far as it takes to list trusted certificates.
#include <array>

#include "common/core/crypto.h"
#include "common/core/text.h"
#include "common/egress/registries/set_up.h"

namespace argosy::egress {
namespace {

constexpr std::uint32_t kMagic = 0xfeedfeed, kVersion = 2, kTrustedCertificate = 2;
constexpr std::string_view kBegin = "-----BEGIN CERTIFICATE-----", kEnd = "-----END CERTIFICATE-----";
constexpr std::string_view kWhitening = "Mighty Aphrodite";  // between password and content in the digest

std::string number(std::uint64_t value, int bytes) {
  std::string out;
  for (int i = bytes - 1; i >= 0; --i) out.push_back(static_cast<char>(value >> (8 * i) & 0xff));
  return out;
}
std::string name(std::string_view text) { return number(text.size(), 2) + std::string(text); }

std::vector<std::string> certificates(std::string_view pem) {
  std::vector<std::string> out;
  for (std::size_t at = pem.find(kBegin); at != std::string_view::npos; at = pem.find(kBegin, at)) {
    at += kBegin.size();
    const std::size_t end = pem.find(kEnd, at);
    if (end == std::string_view::npos) break;
    std::string base64(pem.substr(at, end - at));
    std::erase_if(base64, [](char c) { return c == '\n' || c == '\r' || c == ' ' || c == '\t'; });
    if (auto der = text::from_base64(base64)) out.push_back(std::move(*der));
  }
  return out;
}

}  // namespace

std::string java_trust_store(std::string_view pem) {
  const auto all = certificates(pem);
  std::string out = number(kMagic, 4) + number(kVersion, 4) + number(all.size(), 4);
  for (std::size_t i = 0; i < all.size(); ++i)
    out +=
        number(kTrustedCertificate, 4) + name("ca-" + std::to_string(i)) + number(0, 8) + name("X.509") + number(all[i].size(), 4) + all[i];
  std::string digested;
  for (const char c : kTrustStorePassword) digested += {'\0', c};  // UTF-16
  return out + crypto::sha1(digested + std::string(kWhitening) + out);
}

}  // namespace argosy::egress
