// Promises of signatures: AWS's own published examples come out to the last letter.
#include "common/artifacts/s3/sigv4.h"

#include <gtest/gtest.h>

#include "common/core/crypto.h"

namespace argosy::artifacts::s3 {
namespace {

// Of "Signature Calculations for the Authorization Header", Amazon S3 API Reference.
const Credentials kExample{.access_key = "AKIAIOSFODNN7EXAMPLE", .secret_key = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"};
const Scope kS3{"us-east-1", "s3"};
constexpr UnixMillis kMay24 = 1'369'353'600'000;  // 2013-05-24T00:00:00Z

Unsigned example(std::string method, std::string path, std::string_view payload = "") {
  Unsigned request{.method = std::move(method),
                   .host = "examplebucket.s3.amazonaws.com",
                   .path = std::move(path),
                   .payload_sha256 = crypto::sha256_hex(payload)};
  request.headers["x-amz-content-sha256"] = request.payload_sha256;
  return request;
}

std::string signature(const Unsigned& request, const Scope& scope = kS3, const Credentials& keys = kExample, UnixMillis at = kMay24) {
  const auto authorization = sign(request, scope, keys, at).at("authorization");
  return authorization.substr(authorization.rfind('=') + 1);
}

TEST(SigV4, GetsAPieceOfAnObjectAsTheManualDoes) {
  auto request = example("GET", "/test.txt");
  request.headers["range"] = "bytes=0-9";
  EXPECT_EQ(sign(request, kS3, kExample, kMay24).at("authorization"),
            "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"
            "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,"
            "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
}

TEST(SigV4, PutsAnObjectAsTheManualDoes) {
  auto request = example("PUT", "/" + uri_encode("test$file.text", true), "Welcome to Amazon S3.");
  request.headers["date"] = "Fri, 24 May 2013 00:00:00 GMT";
  request.headers["x-amz-storage-class"] = "REDUCED_REDUNDANCY";
  EXPECT_EQ(request.path, "/test%24file.text");
  EXPECT_EQ(signature(request), "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd");
}

TEST(SigV4, SignsAQueryAsTheManualDoes) {
  auto lifecycle = example("GET", "/");
  lifecycle.query = {{"lifecycle", ""}};
  EXPECT_EQ(signature(lifecycle), "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543");
  auto list = example("GET", "/");
  list.query = {{"prefix", "J"}, {"max-keys", "2"}};
  EXPECT_EQ(query_string(list.query), "max-keys=2&prefix=J");
  EXPECT_EQ(signature(list), "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7");
}

// "get-vanilla" of AWS's test suite of Signature Version 4.
TEST(SigV4, PassesTheSuitesPlainestCase) {
  const Unsigned vanilla{.method = "GET", .host = "example.amazonaws.com", .path = "/", .payload_sha256 = crypto::sha256_hex("")};
  const Credentials keys{.access_key = "AKIDEXAMPLE", .secret_key = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"};
  EXPECT_EQ(signature(vanilla, {"us-east-1", "service"}, keys, 1'440'938'160'000),  // 2015-08-30T12:36:00Z
            "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31");
}

TEST(SigV4, SendsTheTokenOfLentKeysAndSignsIt) {
  auto keys = kExample;
  keys.session_token = "lent";
  const auto headers = sign(example("GET", "/x"), kS3, keys, kMay24);
  EXPECT_EQ(headers.at("x-amz-security-token"), "lent");
  EXPECT_NE(headers.at("authorization").find("x-amz-date;x-amz-security-token,"), std::string::npos);
  EXPECT_FALSE(headers.contains("host")) << "the client sends it itself";
}

TEST(SigV4, EncodesAllButWhatNeedsNone) {
  EXPECT_EQ(uri_encode("a/b c~d_e-f.g+ü", true), "a/b%20c~d_e-f.g%2B%C3%BC");
  EXPECT_EQ(uri_encode("a/b", false), "a%2Fb");
}

}  // namespace
}  // namespace argosy::artifacts::s3
