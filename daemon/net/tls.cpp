// daemon/net/tls.cpp - see tls.hpp.
#include "daemon/net/tls.hpp"

#include "daemon/exit_status.hpp"

#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/tls1.h>
#include <openssl/x509.h>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>

#include <algorithm>
#include <array>
#include <vector>

namespace smppd::net {

namespace ssl = boost::asio::ssl;

namespace {

void check(const boost::system::error_code& error, const std::string& file) {
    if (error) throw ConfigError("TLS: " + file + ": " + error.message());
}

void use_certificate(ssl::context& context, const std::string& certificate,
                     const std::string& key) {
    boost::system::error_code error;
    context.use_certificate_chain_file(certificate, error);
    check(error, certificate);
    context.use_private_key_file(key, ssl::context::pem, error);
    check(error, key);
}

std::shared_ptr<ssl::context> modern_context(ssl::context::method method) {
    auto context = std::make_shared<ssl::context>(method);
    context->set_options(ssl::context::default_workarounds | ssl::context::no_compression);
    SSL_CTX_set_min_proto_version(context->native_handle(), TLS1_2_VERSION);
    return context;
}

/// SHA-256 of the certificate's SubjectPublicKeyInfo, base64, as pins are written.
std::string pin_of(X509* certificate) {
    unsigned char* der = nullptr;
    const int length = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &der);
    if (length <= 0) return {};
    std::array<unsigned char, 32> digest{};
    EVP_Digest(der, static_cast<std::size_t>(length), digest.data(), nullptr, EVP_sha256(),
               nullptr);
    OPENSSL_free(der);
    std::array<unsigned char, 48> text{};
    const int written =
        EVP_EncodeBlock(text.data(), digest.data(), static_cast<int>(digest.size()));
    return {text.begin(), text.begin() + written};
}

}  // namespace

std::shared_ptr<ssl::context> server_context(const conf::TlsServer& tls) {
    auto context = modern_context(ssl::context::tls_server);
    use_certificate(*context, tls.certificate, tls.key);
    // Where clients are verified OpenSSL resumes no session without it, and ends the handshake.
    constexpr std::array<unsigned char, 5> name{'s', 'm', 'p', 'p', 'd'};
    SSL_CTX_set_session_id_context(context->native_handle(), name.data(), name.size());
    if (!tls.client_ca.empty()) {
        boost::system::error_code error;
        context->load_verify_file(tls.client_ca, error);
        check(error, tls.client_ca);
        context->set_verify_mode(ssl::verify_peer | ssl::verify_fail_if_no_peer_cert);
    }
    return context;
}

std::shared_ptr<ssl::context> client_context(const conf::TlsClient& tls) {
    auto context = modern_context(ssl::context::tls_client);
    boost::system::error_code error;
    if (tls.ca.empty()) {
        context->set_default_verify_paths(error);
        check(error, "the system's certificate authorities");
    } else {
        context->load_verify_file(tls.ca, error);
        check(error, tls.ca);
    }
    if (!tls.certificate.empty()) use_certificate(*context, tls.certificate, tls.key);
    return context;
}

void prepare_client(TlsStream& stream, const conf::TlsClient& tls, const std::string& host) {
    const std::string name = tls.server_name.empty() ? host : tls.server_name;
    boost::system::error_code not_address;
    boost::asio::ip::make_address(name, not_address);
    if (not_address) {
        // What the macro SSL_set_tlsext_host_name() does, without its old-style cast.
        SSL_ctrl(stream.native_handle(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
                 const_cast<char*>(name.c_str()));
    }
    if (!tls.verify && tls.pins.empty()) {
        stream.set_verify_mode(ssl::verify_none);
        return;
    }
    stream.set_verify_mode(ssl::verify_peer);
    stream.set_verify_callback(
        [name, verify = tls.verify, pins = tls.pins](bool chain_ok, ssl::verify_context& verified) {
            X509_STORE_CTX* store = verified.native_handle();
            const bool leaf = X509_STORE_CTX_get_error_depth(store) == 0;
            if (verify && !chain_ok) return false;
            if (!leaf) return true;
            if (verify && !ssl::host_name_verification(name)(chain_ok, verified)) {
                X509_STORE_CTX_set_error(store, X509_V_ERR_HOSTNAME_MISMATCH);
                return false;
            }
            if (pins.empty()) return true;
            // Without `verify`, a pin alone vouches for a self-signed certificate.
            const std::string pin = pin_of(X509_STORE_CTX_get_current_cert(store));
            if (std::find(pins.begin(), pins.end(), pin) != pins.end()) return true;
            X509_STORE_CTX_set_error(store, X509_V_ERR_APPLICATION_VERIFICATION);
            return false;
        });
}

}  // namespace smppd::net
