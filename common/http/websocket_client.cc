#include "common/http/websocket_client.h"

#include <boost/asio/connect.hpp>
#include <boost/asio/impl/src.hpp>  // here and nowhere else: Asio and Beast are compiled once (BOOST_*_SEPARATE_COMPILATION)
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/src.hpp>
#include <boost/beast/websocket.hpp>

#include "common/core/json.h"
#include "common/core/text.h"

namespace argosy::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = beast::websocket;
using asio::ip::tcp;
using ErrorCode = boost::system::error_code;

constexpr std::size_t kMaxMessageBytes = 16 << 20;
constexpr std::chrono::milliseconds kCloseTime{1000};

struct Url {
  std::string host, port = "80", target = "/";
};

std::optional<Url> parse_url(std::string_view url) {
  constexpr std::string_view kScheme = "ws://";
  if (!url.starts_with(kScheme)) return std::nullopt;
  url.remove_prefix(kScheme.size());
  Url out;
  const auto slash = url.find_first_of("/?");
  if (slash != std::string_view::npos) {
    out.target = url[slash] == '/' ? url.substr(slash) : "/" + std::string(url.substr(slash));
    url = url.substr(0, slash);
  }
  const auto bracket = url.rfind(']');  // of an IPv6 address
  const auto colon = url.rfind(':');
  if (colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket)) {
    out.port = url.substr(colon + 1);
    url = url.substr(0, colon);
  }
  if (url.starts_with('[') && url.ends_with(']')) url = url.substr(1, url.size() - 2);
  out.host = url;
  if (out.host.empty() || !text::to_int(out.port)) return std::nullopt;
  return out;
}

class Client final : public WebSocketClient {
 public:
  Client() { stream_.read_message_max(kMaxMessageBytes); }

  Result<void> open(const Url& url, const Headers& headers, std::chrono::milliseconds timeout) {
    const auto until = std::chrono::steady_clock::now() + timeout;
    ErrorCode error;
    tcp::resolver resolver(context_);
    tcp::resolver::results_type where;
    resolver.async_resolve(url.host, url.port,
                           [&](const ErrorCode& e, tcp::resolver::results_type found) { error = e, where = std::move(found); });
    if (!wait(until) || error) return cannot_connect(url, error);
    asio::async_connect(stream_.next_layer(), where, [&](const ErrorCode& e, const tcp::endpoint&) { error = e; });
    if (!wait(until) || error) return cannot_connect(url, error);

    stream_.set_option(websocket::stream_base::decorator([&](websocket::request_type& request) {
      for (const auto& [name, value] : headers) request.set(name, value);
    }));
    websocket::response_type response;
    stream_.async_handshake(response, url.host + ":" + url.port, url.target, [&](const ErrorCode& e) { error = e; });
    if (!wait(until)) return fail_transient("connect_failed", "no answer to the WebSocket handshake from " + url.host + ":" + url.port);
    if (error == websocket::error::upgrade_declined) {
      auto refused = fail_user("upgrade_refused", "the server refused the stream with status " + std::to_string(response.result_int()));
      refused.error().details = json::dump(json::Object{{"status", static_cast<int>(response.result_int())}, {"body", response.body()}});
      return refused;
    }
    if (error) return cannot_connect(url, error);
    return {};
  }

  Result<void> send(std::string_view text) override {
    ErrorCode error;
    stream_.text(true);
    stream_.write(asio::buffer(text), error);
    if (error) return closed(error);
    return {};
  }

  Result<std::optional<std::string>> receive(std::chrono::milliseconds timeout) override {
    if (!reading_) {  // a read that did not end in time goes on in the next call
      reading_ = true;
      stream_.async_read(buffer_, [this](const ErrorCode& error, std::size_t) {
        reading_ = false;
        read_error_ = error;
      });
    }
    context_.restart();
    const auto until = std::chrono::steady_clock::now() + timeout;
    while (reading_ && context_.run_one_until(until) > 0) {
    }
    if (reading_) return std::nullopt;
    if (read_error_) return closed(read_error_);
    std::string text = beast::buffers_to_string(buffer_.data());
    buffer_.consume(buffer_.size());
    return text;
  }

  void close() override {
    if (!stream_.is_open()) return;
    bool done = false;
    stream_.async_close(websocket::close_code::normal, [&](const ErrorCode&) { done = true; });
    const auto until = std::chrono::steady_clock::now() + kCloseTime;
    context_.restart();
    while (!done && context_.run_one_until(until) > 0) {
    }
    ErrorCode ignored;
    stream_.next_layer().close(ignored);
    if (!done) context_.run();  // the handler of the cancelled close refers to this frame
  }

 private:
  // Runs what was started; false, with nothing left running, when it did not end in time.
  bool wait(std::chrono::steady_clock::time_point until) {
    context_.restart();
    context_.run_until(until);
    if (context_.stopped()) return true;
    ErrorCode ignored;
    stream_.next_layer().close(ignored);
    context_.run();
    return false;
  }

  static std::unexpected<Error> cannot_connect(const Url& url, const ErrorCode& error) {
    return fail_transient("connect_failed",
                          "cannot connect to " + url.host + ":" + url.port + ": " + (error ? error.message() : "timed out"));
  }

  std::unexpected<Error> closed(const ErrorCode& error) {
    const auto& reason = stream_.reason();
    auto out = fail_transient("closed",
                              error == websocket::error::closed ? "the server closed the stream" : "the stream broke: " + error.message());
    out.error().details = json::dump(
        json::Object{{"code", static_cast<int>(reason.code)}, {"reason", std::string_view(reason.reason.data(), reason.reason.size())}});
    return out;
  }

  asio::io_context context_{1};
  websocket::stream<tcp::socket> stream_{context_};
  beast::flat_buffer buffer_;
  ErrorCode read_error_;
  bool reading_ = false;
};

}  // namespace

Result<std::unique_ptr<WebSocketClient>> WebSocketClient::connect(const std::string& url, const Headers& headers,
                                                                  std::chrono::milliseconds timeout) {
  const auto parsed = parse_url(url);
  if (!parsed) return fail_user("url_invalid", "not a ws:// URL: " + url);
  auto client = std::make_unique<Client>();
  ARGOSY_TRY_VOID(client->open(*parsed, headers, timeout));
  return client;
}

}  // namespace argosy::http
