#include "common/egress/registries/set_up.h"

#include <fmt/format.h>

namespace argosy::egress {
namespace {

constexpr std::string_view kSystemBundle = "/etc/ssl/certs/ca-certificates.crt";
constexpr std::string_view kTrustStore = ".argosy/trust.jks";
constexpr std::string_view kProxyHost = "127.0.0.1";

std::map<std::string, std::string> common_env(const std::string& proxy, const SetUpPlaces& places) {
  std::map<std::string, std::string> env{{"HOME", places.home}, {"NO_PROXY", ""}, {"no_proxy", ""}};
  for (const auto* name : {"HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"}) env[name] = proxy;
  for (const auto* name : {"SSL_CERT_FILE", "CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "GIT_SSL_CAINFO"}) env[name] = places.ca_bundle;
  return env;
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) out += c == '&' ? "&amp;" : c == '<' ? "&lt;" : c == '>' ? "&gt;" : std::string(1, c);
  return out;
}

std::string maven_settings(const EcosystemRegistries& registries, std::uint16_t proxy_port) {
  std::string out = "<settings>\n  <interactiveMode>false</interactiveMode>\n  <proxies>\n";
  for (const auto* protocol : {"http", "https"})
    out +=
        fmt::format("    <proxy><id>egress-{0}</id><active>true</active><protocol>{0}</protocol><host>{1}</host><port>{2}</port></proxy>\n",
                    protocol, kProxyHost, proxy_port);
  out += "  </proxies>\n  <mirrors>\n";
  for (const auto& [id, mirror_of, url] : registries.mirrors)
    out += fmt::format("    <mirror><id>{}</id><mirrorOf>{}</mirrorOf><url>{}</url></mirror>\n", escaped(id), escaped(mirror_of),
                       escaped(url));
  return out + "  </mirrors>\n</settings>\n";
}

void add_java(SetUpEnvironment& to, const EcosystemRegistries& registries, std::uint16_t proxy_port, const SetUpPlaces& places,
              std::string_view ca_pem) {
  to.files.push_back({".m2/settings.xml", maven_settings(registries, proxy_port)});
  to.files.push_back({std::string(kTrustStore), java_trust_store(ca_pem)});
  // The JVM takes the home of the user's account for its own, whatever HOME says. Plugins that do not ask Maven for its proxy ask the JVM.
  to.env["MAVEN_OPTS"] = fmt::format(
      "-Duser.home={0} -Djavax.net.ssl.trustStore={0}/{1} -Djavax.net.ssl.trustStorePassword={2} -Dhttp.proxyHost={3} -Dhttp.proxyPort={4} "
      "-Dhttps.proxyHost={3} -Dhttps.proxyPort={4} -Dhttp.nonProxyHosts=",
      places.home, kTrustStore, kTrustStorePassword, kProxyHost, proxy_port);
}

void add_javascript(SetUpEnvironment& to, const std::string& proxy, const SetUpPlaces& places) {
  for (const auto* name : {"npm_config_proxy", "npm_config_https_proxy", "YARN_HTTP_PROXY", "YARN_HTTPS_PROXY"}) to.env[name] = proxy;
  for (const auto* name : {"NODE_EXTRA_CA_CERTS", "npm_config_cafile", "YARN_HTTPS_CA_FILE_PATH"}) to.env[name] = places.ca_bundle;
  for (const auto* name : {"npm_config_audit", "npm_config_fund", "npm_config_update_notifier"}) to.env[name] = "false";
  to.env["npm_config_noproxy"] = "";
  to.env["YARN_ENABLE_TELEMETRY"] = "0";
}

}  // namespace

SetUpEnvironment environment_for(const Registries& registries, Ecosystem ecosystem, std::uint16_t proxy_port, const SetUpPlaces& places,
                                 std::string_view ca_pem) {
  const std::string proxy = fmt::format("http://{}:{}", kProxyHost, proxy_port);
  SetUpEnvironment out{common_env(proxy, places), {}};
  const auto hit = registries.find(ecosystem);
  const EcosystemRegistries found = hit == registries.end() ? EcosystemRegistries{} : hit->second;
  out.env.insert(found.env.begin(), found.env.end());
  out.files = found.files;
  switch (ecosystem) {
    case Ecosystem::python:
      out.env["PIP_CERT"] = places.ca_bundle;
      out.env["PIP_PROXY"] = proxy;
      out.env["PIP_DISABLE_PIP_VERSION_CHECK"] = out.env["PIP_NO_INPUT"] = "1";
      break;
    case Ecosystem::javascript:
      add_javascript(out, proxy, places);
      break;
    case Ecosystem::java:
      add_java(out, found, proxy_port, places, ca_pem);
      break;
    case Ecosystem::rust:
      out.env["CARGO_HTTP_PROXY"] = proxy;
      out.env["CARGO_HTTP_CAINFO"] = places.ca_bundle;
      break;
    case Ecosystem::go:
      break;
  }
  return out;
}

Result<std::filesystem::path> host_ca_bundle(const std::map<std::string, std::string>& env) {
  const auto named = env.find("SSL_CERT_FILE");
  std::filesystem::path path = named == env.end() || named->second.empty() ? kSystemBundle : std::string_view(named->second);
  std::error_code ignored;
  if (std::filesystem::is_regular_file(path, ignored)) return path;
  return fail_user("ca_bundle_missing", path.string() + " is not there", "install ca-certificates, or let SSL_CERT_FILE name a bundle");
}

}  // namespace argosy::egress
