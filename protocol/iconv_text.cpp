// protocol/iconv_text.cpp - see iconv_text.hpp.
#include "protocol/iconv_text.hpp"

#include "protocol/utf8.hpp"

#include <iconv.h>

#include <array>
#include <cassert>
#include <cerrno>

namespace smppd::protocol {
namespace {

/// The C library's name, nullptr for alphabets that are read elsewhere.
const char* charset_of(Alphabet alphabet) noexcept {
    switch (alphabet) {
        case Alphabet::iso8859_5: return "ISO-8859-5";
        case Alphabet::iso8859_8: return "ISO-8859-8";
        case Alphabet::shift_jis: return "SHIFT_JIS";
        case Alphabet::iso2022_jp: return "ISO-2022-JP";
        case Alphabet::euc_jp: return "EUC-JP";
        case Alphabet::euc_kr: return "EUC-KR";
        default: return nullptr;
    }
}

/// One conversion's handle. Opening costs a tenth of a microsecond and keeps calls from any thread
/// apart from each other.
class Converter {
public:
    explicit Converter(const char* from) noexcept : handle_(iconv_open("UTF-8", from)) {}
    Converter(const Converter&) = delete;
    Converter& operator=(const Converter&) = delete;
    ~Converter() {
        if (usable()) iconv_close(handle_);
    }
    bool usable() const noexcept {
        // iconv_open's failure is (iconv_t)-1, a pointer that cannot be written without a cast.
        return handle_ != reinterpret_cast<iconv_t>(-1);  // NOLINT
    }

    /// Converts what it can of `input` and moves past it; 0 when all is done, else the errno.
    int convert(std::span<char>& input, std::string& output) {
        std::array<char, 512> buffer;
        for (;;) {
            char* from = input.data();
            std::size_t from_left = input.size();
            char* to = buffer.data();
            std::size_t to_left = buffer.size();
            const std::size_t done = iconv(handle_, &from, &from_left, &to, &to_left);
            const int error = done == static_cast<std::size_t>(-1) ? errno : 0;
            output.append(buffer.data(), buffer.size() - to_left);
            input = input.last(from_left);
            if (error != E2BIG) return error;
        }
    }

private:
    iconv_t handle_;
};

void append_replacement(Text& text) {
    text.utf8.append(utf8::replacement_text);
    text.lossy = true;
}

Text ascii_of(Bytes octets) {
    Text text;
    for (const std::uint8_t octet : octets) {
        if (octet < 0x80) {
            text.utf8.push_back(static_cast<char>(octet));
        } else {
            append_replacement(text);
        }
    }
    return text;
}

}  // namespace

bool is_iconv_alphabet(Alphabet alphabet) noexcept { return charset_of(alphabet) != nullptr; }

Text decode_iconv(Bytes octets, Alphabet alphabet) {
    const char* charset = charset_of(alphabet);
    assert(charset != nullptr);
    Converter converter(charset);
    if (!converter.usable()) return ascii_of(octets);

    std::string copy(octets.begin(), octets.end());  // iconv asks for octets that may be written
    std::span<char> left(copy);
    Text text;
    text.utf8.reserve(octets.size() * 3 / 2);
    while (!left.empty()) {
        const int error = converter.convert(left, text.utf8);
        if (error == 0 || left.empty()) break;
        append_replacement(text);
        if (error != EILSEQ) break;  // EINVAL: the last character is cut off
        left = left.subspan(1);
    }
    return text;
}

}  // namespace smppd::protocol
