// What nearly every file makes of the standard library's templates, compiled once (Precompiled.cmake).
#pragma once

#include "common/core/error.h"

template class std::vector<std::string>;
template class std::map<std::string, std::string>;
template class std::set<std::string>;
template class std::optional<std::string>;
template class std::optional<int>;
template class std::optional<argosy::Error>;
template class std::expected<void, argosy::Error>;
template class std::expected<std::string, argosy::Error>;
template class std::function<void()>;
