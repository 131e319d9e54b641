// Sessions of the server: one coroutine a connection, on the connection's own strand.
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket/rfc6455.hpp>

#include "common/http/deadline.h"
#include "common/http/exchange.h"
#include "common/http/own_answers.h"
#include "common/http/session.h"
#include "common/http/websocket.h"

namespace argosy::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace wire = beast::http;
using asio::ip::tcp;
using ErrorCode = boost::system::error_code;
using Parser = wire::request_parser<wire::string_body>;

constexpr auto kTuple = asio::as_tuple(asio::use_awaitable);
// How long what a refused client still sends is read and dropped: closing with unread bytes would reset the connection before the client
// has read why.
constexpr std::chrono::milliseconds kLingerTime{2000};
// What a connection may buffer beyond a full header: bytes of the body that came in one read, chunk headers, trailers.
constexpr std::size_t kReadSlack = 64 << 10;

// What a failed read means for the client; nothing when the client is gone and nobody is left to be told.
std::optional<Problem> problem_of(const ErrorCode& error, bool header_done, const ServerOptions& limits) {
  if (error.category() != wire::make_error_code(wire::error::bad_method).category()) return std::nullopt;
  if (error == wire::error::end_of_stream || error == wire::error::partial_message) return std::nullopt;
  if (error == wire::error::header_limit || (error == wire::error::buffer_overflow && !header_done))
    return header_too_large(limits.max_header_bytes);
  if (error == wire::error::body_limit) return body_too_large(limits.max_body_bytes);
  return malformed("The request is not HTTP/1.1: " + error.message() + ".");
}

// What the parser lets pass and we do not.
std::optional<Problem> check_header(const wire::request_header<>& header) {
  if (header.version() == 11 && header.count(wire::field::host) != 1) return malformed("A request needs exactly one Host header.");
  if (header.count(wire::field::transfer_encoding) > 0 && !beast::iequals(header[wire::field::transfer_encoding], "chunked")) {
    return malformed("The only transfer encoding understood is \"chunked\".");
  }
  const auto expect = header[wire::field::expect];
  if (!expect.empty() && !beast::iequals(expect, "100-continue")) {
    return expectation_failed();
  }
  return std::nullopt;
}

Request make_request(Parser::value_type&& message, Target target, std::map<std::string, std::string> params, std::string remote) {
  Request out{.method = message.method_string(),
              .path = target.path(),
              .query = std::move(target.query),
              .params = std::move(params),
              .headers = {},
              .body = std::move(message.body()),
              .remote = std::move(remote)};
  for (const auto& field : message) {
    const auto [at, added] = out.headers.emplace(field.name_string(), field.value());
    if (!added) at->second += ", " + std::string(field.value());  // RFC 9110, 5.3
  }
  return out;
}

class Session final : public Connection, public std::enable_shared_from_this<Session> {
 public:
  Session(tcp::socket socket, std::shared_ptr<ServerCore> core, std::shared_ptr<LiveConnections::Lease> lease)
      : core_(std::move(core)),
        lease_(std::move(lease)),
        socket_(std::move(socket)),
        executor_(socket_.get_executor()),
        deadline_(executor_, [this] { cancel(); }),
        answered_(executor_),
        buffer_(options().max_header_bytes + kReadSlack) {
    ErrorCode ignored;
    remote_ = socket_.remote_endpoint(ignored).address().to_string();
  }

  asio::awaitable<void> run(std::shared_ptr<Session> self) {
    if (lease_->over_limit()) {
      co_await refuse(too_many_connections());
    } else {
      while (co_await wait_for_bytes() && co_await serve_one()) first_ = false;
    }
    deadline_.end();
  }

  void drain() override {
    asio::post(executor_, [self = shared_from_this()] {
      self->draining_ = true;
      if (self->idle_) self->close();
    });
  }

  void abort() override {
    asio::post(executor_, [self = shared_from_this()] {
      self->draining_ = true;
      self->close();
      self->answer_ = Response{.status = 503};
      self->answered_.cancel();
    });
  }

 private:
  const ServerOptions& options() const { return core_->options; }
  void close() {
    ErrorCode ignored;
    socket_.close(ignored);
  }
  void cancel() {
    ErrorCode ignored;
    socket_.cancel(ignored);
  }

  asio::awaitable<bool> wait_for_bytes() {
    if (buffer_.size() > 0) co_return true;
    if (draining_) co_return false;
    idle_ = true;
    deadline_.arm(first_ ? options().header_timeout : options().idle_timeout, shared_from_this());
    const auto [error] = co_await socket_.async_wait(tcp::socket::wait_read, kTuple);
    deadline_.disarm();
    idle_ = false;
    co_return !error;
  }

  // Reads one request, routes it, answers. False when the connection is to be closed.
  asio::awaitable<bool> serve_one() {
    Parser parser;
    parser.header_limit(static_cast<std::uint32_t>(options().max_header_bytes));
    parser.body_limit(options().max_body_bytes);
    bool gone = false;
    if (const auto problem = co_await read_request(parser, gone)) {
      co_await refuse(*problem);
      co_return false;
    }
    if (gone) co_return false;

    auto message = parser.release();
    auto target = parse_target(std::string_view(message.target().data(), message.target().size()));
    if (!target) {
      co_await refuse(malformed("The request's target is not a path with an optional query, percent-encoded UTF-8 without NUL."));
      co_return false;
    }
    keep_alive_ = message.keep_alive();
    head_ = message.method() == wire::verb::head;
    const bool wants_upgrade = beast::iequals(message[wire::field::upgrade], "websocket");
    const std::string method(message.method_string());
    Router::Found found = core_->router.find(method, *target);
    Request request = make_request(std::move(message), std::move(*target), std::move(found.params), remote_);
    if (found.websocket && wants_upgrade && method == "GET") co_return co_await upgrade(*found.websocket, std::move(request));
    if (!found.method) co_return co_await write(no_route(found, request));

    const auto& [handler, answer_timeout] = *found.method;
    Answer answer = co_await ask(answer_timeout.value_or(options().answer_timeout), [&](std::shared_ptr<Exchange> exchange) {
      handler(std::move(request), [exchange](Response response) { exchange->complete(std::move(response)); });
    });
    co_return co_await write(std::get<Response>(std::move(answer)));
  }

  // A problem to be answered; or `gone`, when the client left.
  asio::awaitable<std::optional<Problem>> read_request(Parser& parser, bool& gone) {
    deadline_.arm(options().header_timeout, shared_from_this());
    const auto [header_error, header_size] = co_await wire::async_read_header(socket_, buffer_, parser, kTuple);
    deadline_.disarm();
    if (deadline_.expired()) co_return too_slow("header", options().header_timeout);
    if (header_error) co_return left_or(problem_of(header_error, false, options()), gone);
    if (auto problem = check_header(parser.get())) co_return problem;
    if (parser.is_done()) co_return std::nullopt;

    if (parser.get().count(wire::field::expect) > 0 && buffer_.size() == 0) {
      static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
      deadline_.arm(options().write_timeout, shared_from_this());
      co_await asio::async_write(socket_, asio::buffer(kContinue), kTuple);
      deadline_.disarm();
    }
    deadline_.arm(options().body_timeout, shared_from_this());
    const auto [body_error, body_size] = co_await wire::async_read(socket_, buffer_, parser, kTuple);
    deadline_.disarm();
    if (deadline_.expired()) co_return too_slow("body", options().body_timeout);
    if (body_error) co_return left_or(problem_of(body_error, true, options()), gone);
    co_return std::nullopt;
  }

  static std::optional<Problem> left_or(std::optional<Problem> problem, bool& gone) {
    gone = !problem;
    return problem;
  }
  // Hands `call` an exchange and waits, without a thread, until it is completed.
  template <class Call>
  asio::awaitable<Answer> ask(std::chrono::milliseconds patience, Call call) {
    answer_.reset();
    auto exchange = std::make_shared<Exchange>([weak = weak_from_this()](Answer answer) {
      const auto self = weak.lock();
      if (!self) return;
      asio::post(self->executor_, [self, answer = std::move(answer)]() mutable {
        if (self->answer_) return;
        self->answer_ = std::move(answer);
        self->answered_.cancel();
      });
    });
    try {
      call(std::move(exchange));
    } catch (const std::exception& thrown) {
      if (options().on_error) options().on_error(thrown.what());
    }
    const auto give_up_at = std::chrono::steady_clock::now() + patience;
    while (!answer_) {
      answered_.expires_at(give_up_at);
      const auto [cut_short] = co_await answered_.async_wait(kTuple);
      if (cut_short || answer_) continue;
      // Whoever was asked may answer yet; the connection is closed, so that nobody takes that for the answer to something else.
      keep_alive_ = false;
      co_return no_answer(patience);
    }
    co_return std::move(*answer_);
  }

  asio::awaitable<bool> upgrade(const WebSocketHandler& handler, Request request) {
    if (request.header("Sec-WebSocket-Version") != "13") co_return co_await write(upgrade_required());
    if (buffer_.size() > 0) {
      co_await refuse(malformed("Bytes followed the handshake before it was answered."));
      co_return false;
    }
    Answer answer = co_await ask(options().answer_timeout, [&](std::shared_ptr<Exchange> exchange) {
      handler(
          request, [exchange](OnUpgrade on_upgrade) { exchange->complete(std::move(on_upgrade)); },
          [exchange](Response response) { exchange->complete(std::move(response)); });
    });
    if (auto* refusal = std::get_if<Response>(&answer)) co_return co_await write(std::move(*refusal));
    start_websocket(std::move(socket_), request, options(), std::get<OnUpgrade>(std::move(answer)), std::move(lease_), core_);
    co_return false;
  }

  // False when the connection is to be closed.
  asio::awaitable<bool> write(Response response) {
    const bool keep = keep_alive_ && !draining_;
    wire::response<wire::string_body> message(static_cast<wire::status>(response.status), 11);
    message.set(wire::field::date, http_date());
    for (auto& [name, value] : response.headers) message.set(name, one_line(value));
    message.keep_alive(keep);
    if (response.status != 204 && response.status != 304) message.content_length(response.body.size());
    if (!head_) message.body() = std::move(response.body);

    wire::response_serializer<wire::string_body> serializer(message);
    while (!serializer.is_done()) {
      deadline_.arm(options().write_timeout, shared_from_this());
      const auto [error, size] = co_await wire::async_write_some(socket_, serializer, kTuple);
      deadline_.disarm();
      if (error) co_return false;
    }
    co_return keep;
  }

  // Answers a request that was not read to its end, and closes in a way that lets the client see the answer.
  asio::awaitable<void> refuse(Problem problem) {
    keep_alive_ = false;
    head_ = false;
    co_await write(problem_response(problem));
    ErrorCode error;
    socket_.shutdown(tcp::socket::shutdown_send, error);
    deadline_.arm(kLingerTime, shared_from_this());
    for (char sink[4096]; !error && !deadline_.expired();) {
      const auto [read_error, size] = co_await socket_.async_read_some(asio::buffer(sink), kTuple);
      error = read_error;
    }
    deadline_.disarm();
  }

  std::shared_ptr<ServerCore> core_;  // first: the executor that all others stand on
  std::shared_ptr<LiveConnections::Lease> lease_;
  tcp::socket socket_;
  const asio::any_io_executor executor_;
  Deadline deadline_;
  asio::steady_timer answered_;
  beast::flat_buffer buffer_;
  std::string remote_;
  std::optional<Answer> answer_;
  bool first_ = true, idle_ = false, draining_ = false, keep_alive_ = false, head_ = false;
};

}  // namespace

void start_session(tcp::socket socket, std::shared_ptr<ServerCore> core, std::shared_ptr<LiveConnections::Lease> lease) {
  const auto executor = socket.get_executor();
  const auto session = std::make_shared<Session>(std::move(socket), std::move(core), lease);
  lease->bind(session);
  asio::co_spawn(executor, session->run(session), asio::detached);
}

}  // namespace argosy::http
