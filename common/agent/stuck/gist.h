// What of a call and of a message is compared when an agent may go in circles. Used by stuck(). Pure, any thread.
#pragma once

#include <string>
#include <string_view>

namespace argosy::agent {

// Of a call's arguments: only process numbers behind kill go, since all else was chosen.
std::string lasting_arguments(std::string_view arguments);

// Of a message: small letters, words and marks only, any number like any other. What is left of two that say the same is equal.
std::string gist(std::string_view message);

}  // namespace argosy::agent
