// Small questions to processes on this machine and to servers elsewhere: quick, blocking, any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace argosy::cli {

// Nothing when GET `url` (a /readyz) answers 200, else what it says is wrong.
std::optional<std::string> readiness_problem(const std::string& url);

// Nothing when one of "host:port,host:port" accepts a connection, else a sentence.
std::optional<std::string> connect_problem(const std::string& addresses, std::chrono::milliseconds timeout);

}  // namespace argosy::cli
