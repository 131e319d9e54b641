// What a set-up in the sandbox is given so that its package managers go through the proxy, to the registries that the worker uses, and
// trust what the worker's machine trusts. Used by the testing worker. Pure but for host_ca_bundle(), any thread.
#pragma once

#include "common/egress/registries/registries.h"

namespace argosy::egress {

// Paths as the sandbox sees them.
struct SetUpPlaces {
  std::string home;       // writable; SetUpFile::path is below it
  std::string ca_bundle;  // where the host's bundle is bound read-only
};

struct SetUpEnvironment {
  std::map<std::string, std::string> env;
  std::vector<SetUpFile> files;
};

// `ca_pem` is the content of the bundle: Java reads no PEM file and gets a trust store of its own.
SetUpEnvironment environment_for(const Registries& registries, Ecosystem ecosystem, std::uint16_t proxy_port, const SetUpPlaces& places,
                                 std::string_view ca_pem);

// The certificates that this machine trusts: what SSL_CERT_FILE names, else the system's. Errors (B): ca_bundle_missing.
Result<std::filesystem::path> host_ca_bundle(const std::map<std::string, std::string>& env);

// The certificates of a PEM file as a Java trust store (JKS), with Java's customary password. What is not a certificate is passed over.
std::string java_trust_store(std::string_view pem);
inline constexpr std::string_view kTrustStorePassword = "changeit";

}  // namespace argosy::egress
