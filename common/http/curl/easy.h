// What the blocking client and the streaming one share: how a request becomes options of libcurl, which addresses it may connect to, how a
// head is read, what a failure is called. Internal to the room; one thread per transfer.
#pragma once

#include <curl/curl.h>

#include <memory>
#include <string>
#include <string_view>

#include "common/core/error.h"
#include "common/http/message.h"

namespace argosy::http::curl {

void init();  // before any other use; once a process, however often it is called

struct EasyFree {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
struct ListFree {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using Easy = std::unique_ptr<CURL, EasyFree>;
using List = std::unique_ptr<curl_slist, ListFree>;

List header_list(const Headers& headers);

// The last word on where we connect, whatever was parsed and resolved before.
struct AddressGuard {
  bool active = false, allow_loopback = false;
  bool refused = false;  // it stood in the way

  bool may_connect(const sockaddr& address) const;
};

// The head of an answer, line by line. What comes before a final status ("100 Continue") is counted and forgotten.
class HeadReader {
 public:
  explicit HeadReader(std::size_t max_bytes) : max_bytes_(max_bytes) {}
  // False once it is larger than its bound.
  bool take(std::string_view line);
  bool complete() const { return complete_; }
  int status() const { return status_; }
  Headers& headers() { return headers_; }

 private:
  std::size_t max_bytes_, bytes_ = 0;
  int status_ = 0;
  bool complete_ = false;
  Headers headers_;
};

// Everything that libcurl keeps pointers to, until the transfer is over.
struct Call {
  const std::string& url;
  const std::string& method;
  std::string_view body;
  curl_slist* headers;
  AddressGuard& guard;
};
void set_options(CURL* easy, const Call& call);

// timeout, tls_failed, cut, answer_malformed, connect_failed (A); address_refused, url_invalid, response_too_large (B).
Error error_of(CURLcode code, const std::string& host, const AddressGuard& guard);

}  // namespace argosy::http::curl
