// daemon/notify/http_post.cpp - see http_post.hpp. libcurl says which sockets and which time it
// waits for; Asio waits, and tells it.
#include "daemon/notify/http_post.hpp"

#include "daemon/notify/address_rules.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include <curl/curl.h>
#include <sys/socket.h>

#include <array>
#include <stdexcept>
#include <unordered_map>
#include <utility>

namespace smppd::notify {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

struct EasyDeleter {
    void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
struct ListDeleter {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
struct MultiDeleter {
    void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};
using Easy = std::unique_ptr<CURL, EasyDeleter>;
using List = std::unique_ptr<curl_slist, ListDeleter>;
using Multi = std::unique_ptr<CURLM, MultiDeleter>;

constexpr std::size_t idle_handles_max = 64;

/// A socket of libcurl's that Asio watches. libcurl closes it; Asio only lets go of it.
struct Watched {
    explicit Watched(asio::io_context& io) : descriptor(io) {}
    ~Watched() {
        if (descriptor.is_open()) descriptor.release();
    }
    asio::posix::stream_descriptor descriptor;
    int wanted = 0;
    bool reading = false, writing = false;
};

struct Job {
    PostRequest request;
    std::function<void(PostResult)> done;
    List headers;
    Easy easy;
    std::size_t answer_octets = 0, answer_octets_max = 0;
    std::string_view refused;  ///< why an address was not connected to
    bool allow_private = false;
    std::array<char, CURL_ERROR_SIZE> error{};
};

std::size_t on_body(char*, std::size_t, std::size_t count, void* user) {
    Job& job = *static_cast<Job*>(user);
    job.answer_octets += count;
    return job.answer_octets > job.answer_octets_max ? 0 : count;
}

curl_socket_t open_socket(void* user, curlsocktype, curl_sockaddr* address) {
    Job& job = *static_cast<Job*>(user);
    if (!job.allow_private) {
        const std::string_view why = not_public(address->addr);
        if (!why.empty()) {
            job.refused = why;
            return CURL_SOCKET_BAD;
        }
    }
    return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/// What is the same for every post; a handle keeps it for the next one.
Easy make_easy(const HttpPostOptions& options) {
    Easy easy(curl_easy_init());
    if (!easy) return easy;
    CURL* e = easy.get();
    curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, options.allow_http ? "http,https" : "https");
    curl_easy_setopt(e, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(e, CURLOPT_PROXY, "");
    curl_easy_setopt(e, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(e, CURLOPT_HTTP_VERSION, long{CURL_HTTP_VERSION_1_1});
    curl_easy_setopt(e, CURLOPT_TCP_NODELAY, 1L);
    curl_easy_setopt(e, CURLOPT_USERAGENT, options.user_agent.c_str());
    curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(e, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    // With a directory of certificates beside the file, as Debian builds it, libcurl reads the file
    // for every connection anew: 18 ms of this thread. From the file alone it is read once a day.
    curl_easy_setopt(e, CURLOPT_CAPATH, nullptr);
    if (!options.ca_file.empty()) curl_easy_setopt(e, CURLOPT_CAINFO, options.ca_file.c_str());
    // Else a name server that does not answer would hold up the whole loop at the time limit:
    // libcurl 7.88 joins the resolver's thread. The thread frees what it has when it ends.
    curl_easy_setopt(e, CURLOPT_QUICK_EXIT, 1L);
    return easy;
}

}  // namespace

struct HttpPost::State : std::enable_shared_from_this<HttpPost::State> {
    State(asio::io_context& loop, HttpPostOptions o)
        : io(loop), options(std::move(o)), timer(loop), multi(curl_multi_init()) {
        if (!multi) throw std::runtime_error("libcurl cannot be initialised");
        curl_multi_setopt(multi.get(), CURLMOPT_SOCKETFUNCTION, on_socket);
        curl_multi_setopt(multi.get(), CURLMOPT_SOCKETDATA, this);
        curl_multi_setopt(multi.get(), CURLMOPT_TIMERFUNCTION, on_timer);
        curl_multi_setopt(multi.get(), CURLMOPT_TIMERDATA, this);
        curl_multi_setopt(multi.get(), CURLMOPT_MAX_HOST_CONNECTIONS, options.host_connections_max);
        curl_multi_setopt(multi.get(), CURLMOPT_MAX_TOTAL_CONNECTIONS, options.connections_max);
        curl_multi_setopt(multi.get(), CURLMOPT_MAXCONNECTS, options.idle_connections_max);
    }

    static int on_timer(CURLM*, long ms, void* user) {
        static_cast<State*>(user)->wake_in(ms);
        return 0;
    }
    static int on_socket(CURL*, curl_socket_t fd, int what, void* user, void*) {
        return static_cast<State*>(user)->watch(fd, what) ? 0 : -1;
    }

    void wake_in(long ms) {
        if (closed) return;
        if (ms < 0) {
            timer.cancel();
            return;
        }
        timer.expires_after(std::chrono::milliseconds(ms));
        timer.async_wait([weak = weak_from_this()](const error_code& error) {
            const auto self = weak.lock();
            if (!error && self) self->act(CURL_SOCKET_TIMEOUT, 0);
        });
    }

    /// False: it cannot be watched; libcurl gives up what is under way.
    bool watch(curl_socket_t fd, int what) {
        if (closed) return true;
        const auto found = watched.find(fd);
        if (what == CURL_POLL_REMOVE) {
            if (found == watched.end()) return true;
            found->second->wanted = 0;
            found->second->descriptor.release();
            watched.erase(found);
            return true;
        }
        std::shared_ptr<Watched> socket = found == watched.end() ? nullptr : found->second;
        if (!socket) {
            socket = std::make_shared<Watched>(io);
            error_code error;
            socket->descriptor.assign(fd, error);
            if (error) return false;
            watched.emplace(fd, socket);
        }
        socket->wanted = what;
        arm(fd, socket);
        return true;
    }

    void arm(curl_socket_t fd, const std::shared_ptr<Watched>& socket) {
        using Descriptor = asio::posix::stream_descriptor;
        if ((socket->wanted & CURL_POLL_IN) != 0 && !socket->reading) {
            socket->reading = true;
            socket->descriptor.async_wait(Descriptor::wait_read, ready(fd, socket, true));
        }
        if ((socket->wanted & CURL_POLL_OUT) != 0 && !socket->writing) {
            socket->writing = true;
            socket->descriptor.async_wait(Descriptor::wait_write, ready(fd, socket, false));
        }
    }

    std::function<void(const error_code&)> ready(curl_socket_t fd,
                                                 const std::shared_ptr<Watched>& socket, bool in) {
        return [weak = weak_from_this(), fd, socket, in](const error_code& error) {
            (in ? socket->reading : socket->writing) = false;
            const auto self = weak.lock();
            if (error || !self || self->closed || socket->wanted == 0) return;
            // A wish of before may have been taken back.
            if ((socket->wanted & (in ? CURL_POLL_IN : CURL_POLL_OUT)) == 0) return;
            self->act(fd, in ? CURL_CSELECT_IN : CURL_CSELECT_OUT);
            if (socket->wanted != 0) self->arm(fd, socket);
        };
    }

    void act(curl_socket_t fd, int events) {
        int running = 0;
        curl_multi_socket_action(multi.get(), fd, events, &running);
        reap();
    }

    void reap() {
        const auto self = shared_from_this();  // `done` may let go of the HttpPost
        int left = 0;
        while (!closed) {
            const CURLMsg* message = curl_multi_info_read(multi.get(), &left);
            if (message == nullptr) return;
            if (message->msg == CURLMSG_DONE) finish(message->easy_handle, message->data.result);
        }
    }

    void finish(CURL* easy, CURLcode code) {
        const auto found = jobs.find(easy);
        if (found == jobs.end()) return;
        const std::unique_ptr<Job> job = std::move(found->second);
        jobs.erase(found);
        PostResult result = result_of(*job, code);
        curl_multi_remove_handle(multi.get(), easy);
        if (idle.size() < idle_handles_max) idle.push_back(std::move(job->easy));
        job->done(std::move(result));
    }

    static PostResult result_of(const Job& job, CURLcode code) {
        PostResult result;
        long status = 0;
        curl_off_t took = 0, retry_after = 0;
        CURL* easy = job.easy.get();
        curl_easy_getinfo(easy, CURLINFO_TOTAL_TIME_T, &took);
        curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
        curl_easy_getinfo(easy, CURLINFO_RETRY_AFTER, &retry_after);
        result.took = std::chrono::milliseconds(took / 1'000);
        // A long body was cut on purpose; the status had come before it.
        const bool cut = code == CURLE_WRITE_ERROR && job.answer_octets > job.answer_octets_max;
        if (code == CURLE_OK || cut) {
            result.status = static_cast<int>(status);
            if (retry_after > 0) result.retry_after = std::chrono::seconds(retry_after);
        } else if (!job.refused.empty() && code == CURLE_COULDNT_CONNECT) {
            result.error = "the address is refused: " + std::string(job.refused);
        } else {
            result.error = job.error[0] != '\0' ? job.error.data() : curl_easy_strerror(code);
        }
        return result;
    }

    Easy take_easy() {
        if (idle.empty()) return make_easy(options);
        Easy easy = std::move(idle.back());
        idle.pop_back();
        return easy;
    }

    void start(PostRequest request, std::function<void(PostResult)> done) {
        auto job = std::make_unique<Job>();
        job->request = std::move(request);
        job->done = std::move(done);
        job->answer_octets_max = options.answer_octets_max;
        job->allow_private = options.allow_private;
        job->easy = take_easy();
        CURL* easy = job->easy.get();
        if (easy == nullptr || !prepare(*job) ||
            curl_multi_add_handle(multi.get(), easy) != CURLM_OK) {
            return asio::post(io, [done = std::move(job->done)] {
                done({.status = 0, .error = "out of memory"});
            });
        }
        jobs.emplace(easy, std::move(job));
    }

    static bool prepare(Job& job) {
        const PostRequest& request = job.request;
        CURL* e = job.easy.get();
        const auto add = [&job](const char* line) {
            curl_slist* longer = curl_slist_append(job.headers.get(), line);
            if (longer == nullptr) return false;
            static_cast<void>(job.headers.release());
            job.headers.reset(longer);
            return true;
        };
        for (const std::string& header : request.headers)
            if (!add(header.c_str())) return false;
        // No 100-continue: it would cost a round trip, or a second where it is not answered.
        if (!add("Expect:")) return false;
        curl_easy_setopt(e, CURLOPT_ERRORBUFFER, job.error.data());
        curl_easy_setopt(e, CURLOPT_WRITEDATA, &job);
        curl_easy_setopt(e, CURLOPT_OPENSOCKETDATA, &job);
        curl_easy_setopt(e, CURLOPT_HTTPHEADER, job.headers.get());
        curl_easy_setopt(e, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(request.body.size()));
        curl_easy_setopt(e, CURLOPT_POSTFIELDS, request.body.data());
        curl_easy_setopt(e, CURLOPT_TIMEOUT_MS, long{request.within.count()});
        return curl_easy_setopt(e, CURLOPT_URL, request.url.c_str()) == CURLE_OK;
    }

    void close() {
        closed = true;
        timer.cancel();
        for (const auto& [easy, job] : jobs) curl_multi_remove_handle(multi.get(), easy);
        jobs.clear();
        idle.clear();
        watched.clear();  // before libcurl closes the sockets
        multi.reset();
    }

    asio::io_context& io;
    const HttpPostOptions options;
    asio::steady_timer timer;
    Multi multi;
    std::unordered_map<curl_socket_t, std::shared_ptr<Watched>> watched;
    std::unordered_map<CURL*, std::unique_ptr<Job>> jobs;
    std::vector<Easy> idle;
    bool closed = false;
};

HttpPost::HttpPost(asio::io_context& io, HttpPostOptions options) {
    // Counted by libcurl, and never undone: a process has one or two of these.
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        throw std::runtime_error("libcurl cannot be initialised");
    state_ = std::make_shared<State>(io, std::move(options));
}

HttpPost::~HttpPost() { state_->close(); }

void HttpPost::post(PostRequest request, std::function<void(PostResult)> done) {
    state_->start(std::move(request), std::move(done));
}

std::size_t HttpPost::in_flight() const noexcept { return state_->jobs.size(); }

}  // namespace smppd::notify
