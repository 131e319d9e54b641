// Real TLS through the proxy, between OpenSSL's own client and server.
#include <fmt/format.h>

#include "common/core/child.h"
#include "common/core/file.h"
#include "common/core/ports.h"
#include "common/core/subprocess.h"
#include "tests/support/eventually.h"
#include "tests/unit/egress/fixture.h"

namespace argosy::egress {
namespace {

using ::testing::HasSubstr;

class TlsTest : public ProxyTest {
 protected:
  TlsTest() : port_(*free_port()), server_(start_server()) {
    EXPECT_TRUE(testing::eventually([&] { return !port_is_free(port_); })) << read_file(folder_.path() / "log").value_or("");
    allow("a.example", port_);
    start();
  }

  // What OpenSSL's client says after a TLS handshake for `name` through the proxy.
  Completed handshake(const std::string& name) {
    const auto done = run({.argv = {"openssl", "s_client", "-proxy", fmt::format("127.0.0.1:{}", proxy_port()), "-connect",
                                    fmt::format("a.example:{}", port_), "-servername", name, "-verify_return_error", "-verify_hostname",
                                    "a.example", "-CAfile", certificate()},
                           .env = minimal_env(),
                           .input = "Q\n"});
    EXPECT_TRUE(done);
    return done.value_or(Completed{});
  }
  std::string target() const { return fmt::format("a.example:{}", port_); }

 private:
  std::string certificate() const { return folder_.path() / "cert.pem"; }
  Child start_server() {
    const std::string key = folder_.path() / "key.pem";
    const auto made =
        run({.argv = {"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", key,
                      "-out", certificate(), "-subj", "/CN=a.example", "-addext", "subjectAltName=DNS:a.example"},
             .env = minimal_env()});
    EXPECT_TRUE(made && made->exit_code == 0) << (made ? made->err : to_string(made.error()));
    return *Child::start(
        {.argv = {"openssl", "s_server", "-accept", fmt::format("127.0.0.1:{}", port_), "-cert", certificate(), "-key", key, "-www"},
         .env = minimal_env(),
         .output = folder_.path() / "log"});
  }

  const TempDir folder_;
  const std::uint16_t port_;
  Child server_;
};

TEST_F(TlsTest, AHandshakeForTheHostThatWasAskedForIsLetThrough) {
  const Completed done = handshake("a.example");
  EXPECT_EQ(done.exit_code, 0) << done.out << done.err;
  EXPECT_THAT(done.out, HasSubstr("Verify return code: 0 (ok)"));
  EXPECT_TRUE(event().allowed);
  EXPECT_GT(event().bytes_down, 0);
}

TEST_F(TlsTest, AHandshakeForAnotherIsNot) {
  const Completed done = handshake("b.example");
  EXPECT_NE(done.exit_code, 0);
  EXPECT_THAT(done.err, HasSubstr("access denied"));
  EXPECT_EQ(event().reason, "sni_mismatch");
}

}  // namespace
}  // namespace argosy::egress
