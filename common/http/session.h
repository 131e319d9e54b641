// One accepted HTTP connection: reads requests, asks their routes, writes the answers, until either side has enough. Internal to the
// room; server.cc accepts it and hands it over.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <memory>

#include "common/http/live_connections.h"
#include "common/http/router.h"
#include "common/http/server.h"

namespace argosy::http {

// What all connections of a server share. Each holds it, so that whoever still holds a connection holds its executor too.
struct ServerCore {
  ServerOptions options;
  Router router;
  boost::asio::io_context context;
  std::shared_ptr<LiveConnections> live = std::make_shared<LiveConnections>(options.max_connections);
};

void start_session(boost::asio::ip::tcp::socket socket, std::shared_ptr<ServerCore> core, std::shared_ptr<LiveConnections::Lease> lease);

}  // namespace argosy::http
