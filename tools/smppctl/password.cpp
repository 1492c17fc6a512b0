// tools/smppctl/password.cpp - see password.hpp.
#include "tools/smppctl/password.hpp"

#include "tools/smppctl/escape.hpp"

#include <sys/random.h>

#include <fstream>
#include <iostream>

namespace smppd::ctl {
namespace {

constexpr std::string_view alphabet = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789";
constexpr std::size_t generated_length = 8;

std::string first_line(std::istream& from, const std::string& name) {
    std::string line;
    std::getline(from, line);
    while (!line.empty() && (line.back() == '\r' || line.back() == '\n')) line.pop_back();
    if (line.empty())
        throw Failure{Exit::usage, escaped(name) + " has no password in its first line"};
    return line;
}

std::string typed_twice(const Console& console) {
    if (!console.is_interactive())
        throw Failure{Exit::usage,
                      "a password is needed and there is no terminal to ask on; use "
                      "--password-file FILE, --password-stdin or --generate"};
    std::string password = console.ask_secret("Password: ");
    if (password.empty()) throw Failure{Exit::usage, "the password is empty"};
    if (console.ask_secret("Once more: ") != password)
        throw Failure{Exit::usage, "the two passwords are not the same"};
    return password;
}

}  // namespace

std::string generated_password() {
    std::string password;
    while (password.size() < generated_length) {
        unsigned char octet = 0;
        if (::getrandom(&octet, 1, 0) != 1)
            throw Failure{Exit::failed, "the system's random source cannot be read"};
        // Octets above the largest multiple are dropped, so that every letter is as likely.
        if (octet < 256 / alphabet.size() * alphabet.size())
            password += alphabet[octet % alphabet.size()];
    }
    return password;
}

std::string read_password(const Console& console, const PasswordSource& source) {
    const int ways = (source.file.empty() ? 0 : 1) + source.from_stdin + source.generate;
    if (ways > 1)
        throw Failure{Exit::usage,
                      "--password-file, --password-stdin and --generate exclude each other"};
    if (source.generate) return generated_password();
    if (source.from_stdin) return first_line(std::cin, "standard input");
    if (source.file.empty()) return typed_twice(console);
    std::ifstream file{source.file};
    if (!file) throw Failure{Exit::usage, "the file " + escaped(source.file) + " cannot be read"};
    return first_line(file, source.file);
}

}  // namespace smppd::ctl
