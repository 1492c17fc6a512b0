// conf/secret.cpp - see secret.hpp.
#include "conf/secret.hpp"

#include "conf/files.hpp"

#include <algorithm>
#include <array>

namespace smppd::conf {
namespace {

constexpr std::string_view by_reference =
    "a secret is given by reference: {credential: NAME}, {env: NAME} or {file: PATH}";

struct Source {
    std::string_view key;
    Secret::From from;
    std::string_view description;
};
constexpr std::array<Source, 3> sources{{
    {"credential", Secret::From::credential, "name of a systemd credential (LoadCredential=)"},
    {"env", Secret::From::environment, "name of an environment variable"},
    {"file", Secret::From::file, "path of a file that only its owner and group may read"},
}};

enum class Use : std::uint8_t { password, store_key };

/// The one reference in the mapping; a problem and nothing when there is not exactly one.
std::optional<Secret> read_reference(Reader& reader, const Value& value) {
    const auto refuse = [&](const std::string& what) {
        // Whatever stands there may be the secret itself: neither it nor its line is shown.
        reader.hide_lines(value.at.file);
        reader.error(value.at, "'" + value.path + "' " + what + "; " + std::string(by_reference));
        return std::nullopt;
    };
    if (value.node.IsNull()) return refuse("has no value");
    if (!value.node.IsMap())
        return refuse(value.node.IsScalar() ? "is given as text" : "is a list");
    const std::vector<Entry> entries = reader.entries(value);
    if (entries.size() != 1) return refuse("must name one source");
    const Entry& entry = entries.front();
    const auto source = std::find_if(sources.begin(), sources.end(),
                                     [&](const Source& s) { return s.key == entry.key; });
    if (source == sources.end()) return refuse("names no source that is known");
    if (!entry.value.node.IsScalar() || entry.value.node.Scalar().empty())
        return refuse("names no " + std::string(source->key));
    return Secret{source->from, entry.value.node.Scalar(), {}};
}

struct Fetched {
    std::optional<std::string> octets;
    bool from_file = false;
};

Fetched fetch_file(Reader& reader, const Value& value, const Secret& secret,
                   const std::string& path, Use use) {
    SmallFile file = read_small_file(path, 4096);
    if (file.others_may) {
        reader.error(value.at, "'" + value.path + "': " + open_to_others(path, file));
        return {};
    }
    if (file.trouble.empty()) return {std::move(file.octets), true};
    // The key of a new store is made at the first start.
    const bool to_be_made =
        use == Use::store_key && secret.from == Secret::From::file && file.missing;
    if (!to_be_made)
        reader.unusable(
            value.at, "'" + value.path + "': " + shown(path) + " cannot be read: " + file.trouble);
    return {};
}

Fetched fetch(Reader& reader, const Value& value, const Secret& secret, Use use) {
    const LoadOptions& options = reader.options();
    if (secret.from == Secret::From::environment) {
        if (options.environment)
            if (auto octets = options.environment(secret.name)) return {std::move(octets), false};
        reader.unusable(value.at, "'" + value.path + "': the environment has no variable '" +
                                      shown(secret.name) + "'");
        return {};
    }
    if (!options.read_files) return {};
    if (secret.from == Secret::From::file)
        return fetch_file(reader, value, secret, secret.name, use);
    if (secret.name.find('/') != std::string::npos || secret.name.starts_with('.')) {
        reader.error(value.at, "'" + value.path + "': '" + shown(secret.name) +
                                   "' is no name of a credential; it must be without '/' and "
                                   "not begin with '.'");
        return {};
    }
    if (options.credentials_directory.empty()) {
        reader.unusable(
            value.at,
            "'" + value.path + "': there are no credentials here for '" + shown(secret.name) +
                "'; the systemd unit must have LoadCredential=" + shown(secret.name) + ":PATH");
        return {};
    }
    return fetch_file(reader, value, secret, options.credentials_directory + "/" + secret.name,
                      use);
}

/// Editors and echo end a file with a newline, which is not of the secret.
void drop_newline(std::string& octets) {
    if (octets.ends_with('\n')) octets.pop_back();
    if (octets.ends_with('\r')) octets.pop_back();
}

/// The octets that a password may be; what is wrong with them otherwise.
std::string check_password(const std::string& octets) {
    if (octets.empty()) return "is empty; it must have 1 to 8 octets";
    if (octets.size() > 8) return "has more than 8 octets, which is all that SMPP 3.4 has room for";
    const bool control = std::any_of(octets.begin(), octets.end(), [](char c) {
        return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
    });
    return control ? "has control characters (a second line?); it must be one line of text"
                   : std::string{};
}

std::string_view without_blanks_around(std::string_view text) {
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

/// Whether the octets are a key; who opens the store makes the 32 octets of it. Those of a file
/// may be the key as it is, blanks at its ends included.
bool is_key(std::string_view octets, bool from_file) {
    constexpr std::string_view hex = "0123456789abcdefABCDEF";
    constexpr std::string_view base64 =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/-_";
    if (from_file && octets.size() == 32) return true;
    std::string_view text = without_blanks_around(octets);
    if (text.size() == 64) return text.find_first_not_of(hex) == std::string_view::npos;
    if (text.size() == 44 && text.back() == '=') text.remove_suffix(1);
    return text.size() == 43 && text.find_first_not_of(base64) == std::string_view::npos;
}

/// What is wrong with the octets, or nothing.
std::string check_secret(const Fetched& fetched, Use use) {
    if (use == Use::password) return check_password(*fetched.octets);
    if (is_key(*fetched.octets, fetched.from_file)) return {};
    return fetched.from_file
               ? "is no key; it must be 32 octets, or 64 hexadecimal digits or base64 for them"
               : "is no key; it must be 64 hexadecimal digits or base64 for 32 octets";
}

void read_secret(Reader& reader, const Value& value, Secret& target, Use use) {
    auto secret = read_reference(reader, value);
    if (!secret) return;
    Fetched fetched = fetch(reader, value, *secret, use);
    if (fetched.octets) {
        if (use == Use::password && fetched.from_file) drop_newline(*fetched.octets);
        const std::string problem = check_secret(fetched, use);
        if (problem.empty())
            secret->value = std::move(*fetched.octets);
        else
            reader.error(value.at, "the secret of '" + value.path + "' " + problem);
    }
    target = std::move(*secret);
}

Kind<Secret> secret(Use use) {
    std::string properties;
    for (const Source& source : sources)
        properties += (properties.empty() ? "" : ",") + json_text(source.key) +
                      R"(:{"type":"string","description":)" + json_text(source.description) + "}";
    return {
        [use](Reader& reader, const Value& value, Secret& target) {
            read_secret(reader, value, target, use);
        },
        R"("type":"object","additionalProperties":false,"minProperties":1,)"
        R"("maxProperties":1,"properties":{)" +
            properties + "}",
        {},
        // By reference: the file of the store's key is made after it was named.
        [](Secret& before, Secret& after, const std::string& path, std::vector<std::string>& keys) {
            if (before.from != after.from || before.name != after.name) keys.push_back(path);
        }};
}

}  // namespace

Kind<Secret> password() { return secret(Use::password); }
Kind<Secret> store_key() { return secret(Use::store_key); }

}  // namespace smppd::conf
