// daemon/net/asio_impl.cpp - the compiled part of Asio, Beast and Boost.JSON, once.
#include <boost/asio/impl/src.hpp>
#include <boost/asio/ssl/impl/src.hpp>
#include <boost/beast/src.hpp>
#include <boost/json/src.hpp>
