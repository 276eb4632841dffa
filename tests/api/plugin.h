// SPDX-License-Identifier: MIT
// What a plug-in of the test of types offers; each declares the message plug.word for itself.
#ifndef TRT_PLUGIN_H
#define TRT_PLUGIN_H

#include <troupe.h>

struct plugin {
    /// Sends plug.word with a number.
    tr_err (*send)(tr_self *self, tr_pid to, int n);
    /// The number in a plug.word; −1 when the message is none, as this plug-in knows it.
    int (*read)(const tr_msg *msg);
    /// The plug-in's description of plug.word.
    const tr_type *word;
};

/// Found by dlsym under the name "plugin".
TR_API extern const struct plugin plugin;

/// Defines it, after the declaration of the message.
#define PLUGIN                                                                                     \
    static tr_err send_word(tr_self *self, tr_pid to, int n)                                       \
    {                                                                                              \
        return tr_send(self, to, plug_word, .n = n);                                               \
    }                                                                                              \
    static int read_word(const tr_msg *msg)                                                        \
    {                                                                                              \
        const struct plug_word *word = plug_word_of(msg);                                          \
        return word == NULL ? -1 : (int)word->n;                                                   \
    }                                                                                              \
    const struct plugin plugin = { send_word, read_word, &plug_word_type }

#endif
