// Generated from openapi.json by `npm run api`. Change the server, not this file.

export interface paths {
    "/api/v1/actions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What systems were told to do at a visitor's word, newest first. */
        get: {
            parameters: {
                query?: {
                    /** @description The `next_cursor` of the page before. */
                    cursor?: string;
                    /** @description 1 to 500; 100 when not given. */
                    limit?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Page_ActionRecord"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/agents/me/presence": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Says whether one takes conversations. */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["PresenceRequest"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Presence"];
                    };
                };
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/agents/presence": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Everybody's state. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Page_Presence"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/api_keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All keys, by name. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Page_ApiKey"];
                    };
                };
            };
        };
        put?: never;
        /** Makes a key. The answer shows it, once. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["ApiKeyDraft"];
                };
            };
            responses: {
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MadeKey"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/api_keys/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One key. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: components["schemas"]["ApiKeyId"];
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ApiKey"];
                    };
                };
            };
        };
        /** Changes a key's name, scopes and expiry; the key itself stays. */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: components["schemas"]["ApiKeyId"];
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["ApiKeyDraft"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ApiKey"];
                    };
                };
            };
        };
        post?: never;
        /** Revokes a key: from now on it is unknown. */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: components["schemas"]["ApiKeyId"];
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/attachments/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The file, for staff and for the visitor of the conversation. */
        get: {
            parameters: {
                query?: {
                    /** @description A visitor's token, where no header can be sent: in the address of an image. */
                    token?: string;
                };
                header?: never;
                path: {
                    id: components["schemas"]["AttachmentId"];
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description the file */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/octet-stream": unknown;
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Administrative acts, newest first. */
        get: {
            parameters: {
                query?: {
                    cursor?: string;
                    limit?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Page_AuditEntry"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Signs in; the answer sets the session cookie as well. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["LoginRequest"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["LoginAnswer"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ends the session. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who is signed in. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["User"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/canned_responses": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Replies one may use, by shortcut: those for all and one's own. */
        get: {
            parameters: {
                query?: {
                    /** @description Fills the texts in for this conversation. */
                    conversation_id?: components["schemas"]["ConversationId"];
                    /** @description Language of the filled texts; the visitor's when not given. */
                    lang?: components["schemas"]["Lang"];
                    /** @description How the shortcut begins. */
                    prefix?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Page_Reply"];
                    };
                };
            };
        };
        put?: never;
        /** Keeps a reply ready. One for all staff needs the role supervisor. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["CannedDraft"];
                };
            };
            responses: {
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CannedResponse"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/canned_responses/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One reply. */
        get: {
            parameters: {
                query?: {
                    /** @description Fills the text in for this conversation. */
                    conversation_id?: components["schemas"]["ConversationId"];
                    /** @description Language of the filled text; the visitor's when not given. */
                    lang?: components["schemas"]["Lang"];
                };
                header?: never;
                path: {
                    id: components["schemas"]["CannedResponseId"];
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Reply"];
                    };
                };
            };
        };
        /** Changes shortcut and text. */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: components["schemas"]["CannedResponseId"];
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["CannedDraft"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CannedResponse"];
                    };
                };
            };
        };
        post?: never;
        /** Removes a reply. */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: components["schemas"]["CannedResponseId"];
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/connectors": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every declared business system. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Page_ConnectorStatus"];
                    };
                };
            };
        };
        put?: never;
        /** Declares a business system. Secrets are named (`env`, `file`), never sent. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["ConnectorSpec"];
                };
            };
            responses: {
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ConnectorStatus"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/connectors/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One declared business system. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    name: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ConnectorStatus"];
                    };
                };
            };
        };
        /** Replaces a declaration; it counts from the next call on. */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    name: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["ConnectorSpec"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ConnectorStatus"];
                    };
                };
            };
        };
        post?: never;
        /** Removes a declaration. */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    name: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/connectors/{name}/try": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Calls one operation now, past the cache, and shows the records as forms would get them. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    name: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["TrialRequest"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Trial"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conversations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Conversations: waiting ones oldest first, all others newest first. */
        get: {
            parameters: {
                query?: {
                    /** @description A user's id, or `me`. */
                    assignee?: string;
                    cursor?: string;
                    /** @description Those in which this colleague helps: a user's id, or `me`. */
                    guest?: string;
                    limit?: number;
                    /** @description Words in a message, or the visitor's name, e-mail or id. */
                    q?: string;
                    status?: components["schemas"]["Status"];
                    team?: components["schemas"]["TeamId"];
                    visitor?: components["schemas"]["VisitorId"];
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Page_Followed"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conversations/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One conversation. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: components["schemas"]["ConversationId"];
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Followed"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conversations/{id}/accept": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Takes the conversation. Of two who try at once one gets it, the other is told. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: components["schemas"]["ConversationId"];
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Conversation"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conversations/{id}/alike": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Conversations of visitors who left the same e-mail address or phone number, newest first: they may be one person. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: components["schemas"]["ConversationId"];
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Page_Conversation"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conversations/{id}/attachments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Uploads a file into a conversation; send its id in a message's `attachment_ids`. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: components["schemas"]["ConversationId"];
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Attachment"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conversations/{id}/business": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What the visitor has in the business systems, such as their orders: one item a kind that the forms declare. Nothing of
         *     a visitor for whom the shop has not vouched. A system that is silent is named in `outcome`, the others answer.
         */
        get: {
            parameters: {
                query?: {
                    /** @description In which language titles and values are named; the visitor's own when not given. */
                    lang?: components["schemas"]["Lang"];
                };
                header?: never;
                path: {
                    id: components["schemas"]["ConversationId"];
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Page_OwnMatters"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conversations/{id}/close": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ends the conversation, with a reason if there is one to tell. The body may be left out. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: components["schemas"]["ConversationId"];
                };
                cookie?: never;
            };
            requestBody?: {
                content: {
                    "application/json": components["schemas"]["Close"] | null;
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Conversation"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conversations/{id}/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The conversation with every message and note, as a file. Noted in the audit log. */
        get: {
            parameters: {
                query?: {
                    /** @description `json` or `text`. */
                    format?: string;
                };
                header?: never;
                path: {
                    id: components["schemas"]["ConversationId"];
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Whole"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conversations/{id}/handoff": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The conversation in short: the visitor's own words, intent, slots, what was tried and shown, mood, team. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: components["schemas"]["ConversationId"];
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["HandoffPacket"];
                    };
                };
                /** @description nothing was said yet */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conversations/{id}/invite": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Asks a colleague to help: they see the conversation, hear of it and write into it; it stays its agent's. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: components["schemas"]["ConversationId"];
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Invite"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Conversation"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conversations/{id}/invite/{user}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** A colleague who helped leaves: by themselves, or sent away by whoever has the conversation. */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: components["schemas"]["ConversationId"];
                    user: components["schemas"]["UserId"];
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Conversation"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conversations/{id}/merge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Makes the visitor of another conversation the one of this: what is known of them and every token they have. The other
         *     conversation ends and is kept; nothing more is written there.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: components["schemas"]["ConversationId"];
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Merge"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Conversation"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conversations/{id}/messages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Messages of a conversation, in order. Without `after` the newest ones. */
        get: {
            parameters: {
                query?: {
                    /** @description Messages after this number, in order. */
                    after?: number;
                    /** @description Or the newest ones before this number. */
                    before?: number;
                    limit?: number;
                };
                header?: never;
                path: {
                    id: components["schemas"]["ConversationId"];
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Page_Message"];
                    };
                };
            };
        };
        put?: never;
        /** Writes to the visitor. Written into a conversation nobody owns, it takes the conversation. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: components["schemas"]["ConversationId"];
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["NewMessage"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Message"];
                    };
                };
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Message"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conversations/{id}/notes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Internal notes, oldest first. Visitors never see them. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: components["schemas"]["ConversationId"];
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Page_Note"];
                    };
                };
            };
        };
        put?: never;
        /** Writes an internal note. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: components["schemas"]["ConversationId"];
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["NewNote"];
                };
            };
            responses: {
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Note"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conversations/{id}/release": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Gives the conversation back to the queue or to the bot. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: components["schemas"]["ConversationId"];
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Release"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Conversation"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conversations/{id}/reopen": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Picks up a closed conversation again. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: components["schemas"]["ConversationId"];
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Conversation"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conversations/{id}/snooze": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Puts a conversation off: it stays its agent's, takes up no capacity, and comes back at that time, or as soon as somebody writes. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: components["schemas"]["ConversationId"];
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Snooze"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Conversation"];
                    };
                };
            };
        };
        /** Brings back a conversation that was put off. */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: components["schemas"]["ConversationId"];
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Conversation"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conversations/{id}/suggestions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Replies the engine suggests for the visitor's last message, best first. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: components["schemas"]["ConversationId"];
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Page_Suggestion"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conversations/{id}/tags": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Replaces the tags. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: components["schemas"]["ConversationId"];
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Tags"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Conversation"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conversations/{id}/tier": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Says how far in front the visitor of this conversation waits, now and later. For supervisors. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: components["schemas"]["ConversationId"];
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Tier"];
                };
            };
            responses: {
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conversations/{id}/transfer": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Offers the conversation to another agent or to a team. Unanswered it returns to the queue by itself. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: components["schemas"]["ConversationId"];
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Transfer"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Conversation"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conversations/export.csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The list as a table, at most 10,000 rows: where there are more, the last row says so. Noted in the audit log. */
        get: {
            parameters: {
                query?: {
                    /** @description A user's id, or `me`. */
                    assignee?: string;
                    cursor?: string;
                    /** @description Those in which this colleague helps: a user's id, or `me`. */
                    guest?: string;
                    limit?: number;
                    /** @description Words in a message, or the visitor's name, e-mail or id. */
                    q?: string;
                    status?: components["schemas"]["Status"];
                    team?: components["schemas"]["TeamId"];
                    visitor?: components["schemas"]["VisitorId"];
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/csv": string;
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/dialog/parse": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Intents and slots of one text; offsets are Unicode scalar values, end exclusive. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["ParseRequest"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Parse"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/dialog/reply": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** One reply of the engine: exactly what a visitor would get. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["ReplyRequest"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Decision"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/dictionaries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All dictionaries, by slot. The one named `synonyms` belongs to no slot. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Page_DictionarySummary"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/dictionaries/{slot}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The entries of one dictionary, by value. */
        get: {
            parameters: {
                query?: {
                    /** @description The `next_cursor` of the page before. */
                    cursor?: string;
                    /** @description 1 to 500; 100 when not given. */
                    limit?: number;
                    /** @description Only entries with a value or spelling that holds this; width, case and traditional characters do not matter. */
                    q?: string;
                };
                header?: never;
                path: {
                    slot: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Page_DictionaryEntry"];
                    };
                };
            };
        };
        /** Puts these entries in the place of the whole dictionary. */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    slot: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Entries"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DictionarySummary"];
                    };
                };
            };
        };
        post?: never;
        /** Removes a dictionary. */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    slot: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        options?: never;
        head?: never;
        /** Adds, changes and removes entries, all of it or nothing. */
        patch: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    slot: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Difference"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DictionarySummary"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/api/v1/dictionaries/{slot}/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The dictionary as a table, as import reads it. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    slot: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/csv": string;
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/dictionaries/{slot}/import": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Reads a table: CSV in UTF-8 with a header that names `value` (or 值, 标准值, 名称) and `forms` (or synonyms, 同义词,
         *     别名; `|` or `;` between the spellings). Nothing is taken when a line cannot be used; the error names the lines.
         */
        post: {
            parameters: {
                query?: {
                    /** @description Whether what is not in the table goes. */
                    replace?: boolean;
                };
                header?: never;
                path: {
                    slot: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "text/csv": string;
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DictionarySummary"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/evaluations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Evaluations, newest first. */
        get: {
            parameters: {
                query?: {
                    /** @description The `next_cursor` of the page before. */
                    cursor?: string;
                    /** @description 1 to 500; 100 when not given. */
                    limit?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Page_Evaluation"];
                    };
                };
            };
        };
        put?: never;
        /**
         * Plays a dialog suite through the engine as it is now, or with another version of intents and slots. The job's result
         *     is the evaluation. Business systems are asked and never told to do anything.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["NewEvaluation"];
                };
            };
            responses: {
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Job"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/evaluations/{before}/compare/{after}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Two evaluations held against each other, turn by turn: what got better, what worse, and how likely chance alone is. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    after: string;
                    before: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": Record<string, unknown>;
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/evaluations/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** An evaluation with every turn: what was said, expected and done. The shape is that of `report.json`. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": Record<string, unknown>;
                    };
                };
            };
        };
        put?: never;
        post?: never;
        /** Forgets an evaluation. */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/evaluations/{id}/report.html": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The report as a page of its own, with its curves, in Chinese and English. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/html": string;
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/evaluations/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Plays the conversations of the last time again, with two versions of intents and slots, and keeps the turns that
         *     differ. The job's result is the evaluation. Business systems are not asked.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["NewReplay"];
                };
            };
            responses: {
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Job"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/inboxes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All inboxes, by name. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Page_InboxSettings"];
                    };
                };
            };
        };
        put?: never;
        /** Makes an inbox. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["InboxDraft"];
                };
            };
            responses: {
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["InboxSettings"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/inboxes/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One inbox. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["InboxSettings"];
                    };
                };
            };
        };
        /** Changes an inbox: name, greeting, office hours, origins, team, assignment. */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["InboxDraft"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["InboxSettings"];
                    };
                };
            };
        };
        post?: never;
        /** Removes an inbox that no visitor has used. */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/intents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All intents by name. What is changed here is learnt with the next training run. */
        get: {
            parameters: {
                query?: {
                    /** @description The `next_cursor` of the page before. */
                    cursor?: string;
                    /** @description 1 to 500; 100 when not given. */
                    limit?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Page_IntentSummary"];
                    };
                };
            };
        };
        put?: never;
        /** A new intent. An example is a text, or an object with `text`, `slots` and `lang`. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["NewIntent"];
                };
            };
            responses: {
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Intent"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/intents/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One intent with its examples. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    name: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Intent"];
                    };
                };
            };
        };
        /**
         * Gives an intent exactly these examples; it is made when there is none of this name. Examples of files that are not
         *     among them are left out from now on; the files stay as they are.
         */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    name: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Examples"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Intent"];
                    };
                };
            };
        };
        post?: never;
        /** Takes an intent away with all its examples. */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    name: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/jobs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The job as it is now. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: components["schemas"]["JobId"];
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Job"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/jobs/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ends a job that is queued or running; nothing of its work is kept. One that has ended stays as it is. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: components["schemas"]["JobId"];
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Job"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/jobs/{id}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every change of the job as server-sent events named `job`, until it has ended. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: components["schemas"]["JobId"];
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description server-sent events */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/event-stream": components["schemas"]["Job"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/knowledge/documents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All documents, by name. */
        get: {
            parameters: {
                query?: {
                    /** @description Only for these. */
                    audience?: components["schemas"]["Audience"];
                    /** @description Only of this knowledge base. */
                    base?: string;
                    /** @description The `next_cursor` of the page before. */
                    cursor?: string;
                    /** @description Only in this language. */
                    lang?: components["schemas"]["Lang"];
                    /** @description 1 to 500; 100 when not given. */
                    limit?: number;
                    /** @description Only those this person looks after. */
                    owner?: string;
                    /** @description Only with this in name or title. */
                    q?: string;
                    /** @description Only with this tag. */
                    tag?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Page_Document"];
                    };
                };
            };
        };
        put?: never;
        /**
         * Imports files in the background. The same name again is a new version that replaces the old one when indexed; what is
         *     said about it stays unless the form says something else.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "multipart/form-data": components["schemas"]["UploadForm"];
                };
            };
            responses: {
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Jobs"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/knowledge/documents/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One document. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: components["schemas"]["DocumentId"];
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Document"];
                    };
                };
            };
        };
        /** Replaces the content of a document: one part named `file`, whatever its file name. */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: components["schemas"]["DocumentId"];
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "multipart/form-data": components["schemas"]["UploadForm"];
                };
            };
            responses: {
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Jobs"];
                    };
                };
            };
        };
        post?: never;
        /** Removes a document; the next question no longer finds it. */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: components["schemas"]["DocumentId"];
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        options?: never;
        head?: never;
        /** Says something else about a document: owner, tags, audience, dates. The next question goes by it. */
        patch: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: components["schemas"]["DocumentId"];
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Description"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Document"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/api/v1/knowledge/documents/{id}/chunks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The passages of a document, in order. */
        get: {
            parameters: {
                query?: {
                    /** @description The `next_cursor` of the page before. */
                    cursor?: string;
                    /** @description 1 to 500; 100 when not given. */
                    limit?: number;
                };
                header?: never;
                path: {
                    id: components["schemas"]["DocumentId"];
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Page_Chunk"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/knowledge/documents/{id}/file": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The file of a version as it was given. */
        get: {
            parameters: {
                query?: {
                    /** @description The present one when not given. */
                    version?: number;
                };
                header?: never;
                path: {
                    id: components["schemas"]["DocumentId"];
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description the file */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/octet-stream": unknown;
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/knowledge/documents/{id}/text": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The text of a document that is written in text (Markdown, plain text, HTML, CSV, JSON), for editing. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: components["schemas"]["DocumentId"];
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DocumentText"];
                    };
                };
            };
        };
        /** Puts an edited text in the place of the present one, as a new version. */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: components["schemas"]["DocumentId"];
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["EditedText"];
                };
            };
            responses: {
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Jobs"];
                    };
                };
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/knowledge/documents/{id}/versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every version a document has had, oldest first. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: components["schemas"]["DocumentId"];
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Page_DocumentVersion"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/knowledge/documents/{id}/versions/{before}/compare/{after}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What changed from one version to another, by passage and line. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    after: number;
                    before: number;
                    id: components["schemas"]["DocumentId"];
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Comparison"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/knowledge/documents/{id}/versions/{version}/restore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Makes a former version the present one again, as a new version. The present one is kept. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: components["schemas"]["DocumentId"];
                    version: number;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Jobs"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/knowledge/faqs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All FAQ pairs that were written by hand. */
        get: {
            parameters: {
                query?: {
                    /** @description Only for these. */
                    audience?: components["schemas"]["Audience"];
                    /** @description Only of this knowledge base. */
                    base?: string;
                    /** @description The `next_cursor` of the page before. */
                    cursor?: string;
                    /** @description 1 to 500; 100 when not given. */
                    limit?: number;
                    /** @description Only with this tag. */
                    tag?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Page_Faq"];
                    };
                };
            };
        };
        put?: never;
        /** Adds a pair; the next question finds it. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["FaqDraft"];
                };
            };
            responses: {
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Faq"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/knowledge/faqs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One pair. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: components["schemas"]["FaqId"];
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Faq"];
                    };
                };
            };
        };
        /** Changes a pair; the next question sees the change. */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: components["schemas"]["FaqId"];
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["FaqDraft"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Faq"];
                    };
                };
            };
        };
        post?: never;
        /** Removes a pair. */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: components["schemas"]["FaqId"];
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/knowledge/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Makes a report: duplicates, contradictions, what is out of date or never cited, unanswered questions in groups with
         *     a draft each. It is the `result` of the job when that has ended.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["HealthRequest"];
                };
            };
            responses: {
                /** @description the job's `result` */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["HealthReport"];
                    };
                };
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Job"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/knowledge/lexicon": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Words kept whole, synonyms and stop words, by kind and word. */
        get: {
            parameters: {
                query?: {
                    /** @description The `next_cursor` of the page before. */
                    cursor?: string;
                    /** @description Only entries of this kind. */
                    kind?: components["schemas"]["EntryKind"];
                    /** @description 1 to 500; 100 when not given. */
                    limit?: number;
                    /** @description Only entries with a word that holds this; width, case and traditional characters do not matter. */
                    q?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Page_LexiconEntry"];
                    };
                };
            };
        };
        /** Puts these entries in the place of the whole lexicon. */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["LexiconEntries"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["LexiconSummary"];
                    };
                };
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Adds, changes and removes entries, all of it or nothing. */
        patch: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["LexiconDifference"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["LexiconSummary"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/api/v1/knowledge/lexicon/summary": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How much is in the lexicon, and whether passages are still being cut anew for it. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["LexiconSummary"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/knowledge/lexicon/try": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What a question is looked up by: its words, what stands for them, and the other wording that is looked for too. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["TriedQuestion"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Understood"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/knowledge/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Hit testing: the ranked passages with their rank in every path. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["SearchRequest"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["SearchAnswer"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/knowledge/sources": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All sources, with what their last runs came to. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Page_KnowledgeSource"];
                    };
                };
            };
        };
        put?: never;
        /** Adds a source. Its first run begins within a quarter of a minute. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["SourceDraft"];
                };
            };
            responses: {
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["KnowledgeSource"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/knowledge/sources/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One source. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: components["schemas"]["SourceId"];
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["KnowledgeSource"];
                    };
                };
            };
        };
        /** Changes a source; it is due at once. */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: components["schemas"]["SourceId"];
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["SourceDraft"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["KnowledgeSource"];
                    };
                };
            };
        };
        post?: never;
        /** Removes a source. The documents it has brought stay. */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: components["schemas"]["SourceId"];
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/knowledge/sources/{id}/run": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Runs a source now, beside its time. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: components["schemas"]["SourceId"];
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Job"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/lessons": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What is to be looked at, newest first, of all teams: closed ones as well, so this is for admins. */
        get: {
            parameters: {
                query?: {
                    /** @description The `next_cursor` of the page before. */
                    cursor?: string;
                    /** @description Only of this kind. */
                    kind?: components["schemas"]["LessonKind"];
                    /** @description 1 to 500; 100 when not given. */
                    limit?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Page_Lesson"];
                    };
                };
            };
        };
        put?: never;
        /** Says what is right, after trying a question out. An admin accepts it, or not. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Correction"];
                };
            };
            responses: {
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Lesson"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/lessons/{id}/accept": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Makes a lesson a FAQ pair, found by the next question, an example of an intent, or both. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Acceptance"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Learnt"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/lessons/{id}/dismiss": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** There is nothing to learn from it. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/quality/findings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the quality check and other plugins noted, newest first. */
        get: {
            parameters: {
                query?: {
                    /** @description Only of this conversation. */
                    conversation?: components["schemas"]["ConversationId"];
                    cursor?: string;
                    /** @description 1 to 500; 100 when not given. */
                    limit?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Page_FindingRecord"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/reports/overview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Volume, what the bot settled, handoffs, first replies and ratings; told apart by day, agent or team; of everything, of one inbox, of one team. */
        get: {
            parameters: {
                query?: {
                    /** @description `day`, `agent` or `team`. */
                    by?: "day" | "agent" | "team";
                    /** @description `json` or `csv`. */
                    format?: string;
                    /** @description A date or a moment; seven days before `to` when not given. */
                    from?: string;
                    /** @description Only what came in at this inbox. */
                    inbox?: string;
                    /** @description Only the handoffs this team got. */
                    team?: components["schemas"]["TeamId"];
                    /** @description A date, then that day is part of it, or a moment, which is not; the end of today when not given. */
                    to?: string;
                    /** @description Whose days, such as `Asia/Shanghai`; UTC when not given. */
                    tz?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Overview"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/shadow_runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Versions that are or were on trial, newest first. */
        get: {
            parameters: {
                query?: {
                    /** @description The `next_cursor` of the page before. */
                    cursor?: string;
                    /** @description 1 to 500; 100 when not given. */
                    limit?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Page_ShadowRun"];
                    };
                };
            };
        };
        put?: never;
        /**
         * Puts a version on trial: from now on it answers what visitors ask beside the one in use, and nobody sees it. One at a
         *     time; putting it into use ends its trial.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["NewShadowRun"];
                };
            };
            responses: {
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ShadowRun"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/shadow_runs/{id}/end": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ends a trial. What it found stays. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: components["schemas"]["ShadowRunId"];
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ShadowRun"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/shadow_runs/{id}/turns": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The turns in which the two versions differ, newest first, each with both decisions. */
        get: {
            parameters: {
                query?: {
                    /** @description The `next_cursor` of the page before. */
                    cursor?: string;
                    /** @description 1 to 500; 100 when not given. */
                    limit?: number;
                };
                header?: never;
                path: {
                    id: components["schemas"]["ShadowRunId"];
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": Record<string, unknown>;
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/suggestions/{id}/used": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Notes that a suggestion was sent. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: components["schemas"]["SuggestionId"];
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Used"];
                };
            };
            responses: {
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/teams": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All teams, by name. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Page_Team"];
                    };
                };
            };
        };
        put?: never;
        /** Makes a team. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["TeamDraft"];
                };
            };
            responses: {
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Team"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/teams/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One team. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: components["schemas"]["TeamId"];
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Team"];
                    };
                };
            };
        };
        /** Changes a team: name, whether it is closed, skills, members. */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: components["schemas"]["TeamId"];
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["TeamDraft"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Team"];
                    };
                };
            };
        };
        post?: never;
        /** Removes a team. Its conversations stay, without one: all staff see them. */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: components["schemas"]["TeamId"];
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/training_runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every trained version, newest first. */
        get: {
            parameters: {
                query?: {
                    /** @description The `next_cursor` of the page before. */
                    cursor?: string;
                    /** @description 1 to 500; 100 when not given. */
                    limit?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Page_Version"];
                    };
                };
            };
        };
        put?: never;
        /**
         * Trains on the intents as they are now. The job's result is the version, whether it was put into use, and how it
         *     compares with the one before on the texts that neither had seen.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["NewRun"];
                };
            };
            responses: {
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Job"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/training_runs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One version. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: components["schemas"]["TrainingRunId"];
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Version"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/training_runs/{id}/promote": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Puts a version into use, from the next message on. An older one is a way back. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: components["schemas"]["TrainingRunId"];
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Version"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All accounts. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Page_User"];
                    };
                };
            };
        };
        put?: never;
        /** Creates an account. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["NewUser"];
                };
            };
            responses: {
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["User"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One account. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: components["schemas"]["UserId"];
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["User"];
                    };
                };
            };
        };
        /** Changes an account. A new password or role ends its sessions. */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: components["schemas"]["UserId"];
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["UserUpdate"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["User"];
                    };
                };
            };
        };
        post?: never;
        /** Removes an account. */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: components["schemas"]["UserId"];
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/visitor/attachments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Uploads a file; send its id in a message's `attachment_ids`. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Attachment"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/visitor/contact": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Says how the visitor can be reached: an event of the conversation, and known of the visitor. Whom the bot serves asks
         *     for a person by it.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Contact"];
                };
            };
            responses: {
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Message"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/visitor/csat": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Rates the conversation. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Csat"];
                };
            };
            responses: {
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/visitor/handoff": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Asks for a person. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Conversation"];
                    };
                };
            };
        };
        /** Goes on with the bot instead of waiting for a person. */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Conversation"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/visitor/messages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Messages after a number, in order; with `wait` the call is held until there is one. */
        get: {
            parameters: {
                query?: {
                    /** @description Only messages after this number. */
                    after?: number;
                    /** @description At most this many, 1 to 500. */
                    limit?: number;
                    /** @description Seconds to wait for something new, at most 30. */
                    wait?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Page_Message"];
                    };
                };
            };
        };
        put?: never;
        /** Sends a message: 201 when it is stored, 200 when this `client_id` had been stored before. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["NewMessage"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Message"];
                    };
                };
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Message"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/visitor/messages/{id}/feedback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Whether an answer helped. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: components["schemas"]["MessageId"];
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Feedback"];
                };
            };
            responses: {
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/visitor/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Begins a session, or resumes the one whose token is sent along. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["SessionRequest"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["SessionAnswer"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhooks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All webhooks, oldest first. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Page_Webhook"];
                    };
                };
            };
        };
        put?: never;
        /** Declares a webhook. The answer shows its secret, once. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["WebhookDraft"];
                };
            };
            responses: {
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MadeWebhook"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhooks/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One webhook. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: components["schemas"]["WebhookId"];
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Webhook"];
                    };
                };
            };
        };
        /** Changes a webhook. What waits to be sent goes to the new address; without `secret` the one it has stays. */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: components["schemas"]["WebhookId"];
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["WebhookDraft"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Webhook"];
                    };
                };
            };
        };
        post?: never;
        /** Removes a webhook and its log. */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: components["schemas"]["WebhookId"];
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhooks/{id}/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What was sent and what became of it, newest first. What ended more than 30 days ago is forgotten. */
        get: {
            parameters: {
                query?: {
                    /** @description The `next_cursor` of the page before. */
                    cursor?: string;
                    /** @description 1 to 500; 100 when not given. */
                    limit?: number;
                    status?: "pending" | "delivered" | "failed";
                };
                header?: never;
                path: {
                    id: components["schemas"]["WebhookId"];
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Page_Delivery"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhooks/{id}/deliveries/{delivery}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One delivery with its body. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    delivery: string;
                    id: components["schemas"]["WebhookId"];
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Delivery"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhooks/{id}/deliveries/{delivery}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sends the same again, as a delivery of its own. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    delivery: string;
                    id: components["schemas"]["WebhookId"];
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Delivery"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhooks/{id}/ping": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sends a `ping`. What became of it stands in the log. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: components["schemas"]["WebhookId"];
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Delivery"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhooks/{id}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Tries again everything that was given up since `from`. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: components["schemas"]["WebhookId"];
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["ReplayFailed"];
                };
            };
            responses: {
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Replayed"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description What is to become of a lesson. What is not given is as the lesson has it. */
        Acceptance: {
            /**
             * @description The answer of the FAQ pair; without any, only the example is learnt.
             * @default null
             */
            answer?: string | null;
            /**
             * @description The base of the FAQ pair.
             * @default null
             */
            base?: string | null;
            /**
             * @description The question becomes an example of this intent.
             * @default null
             */
            intent?: string | null;
            /** @default null */
            question?: string | null;
            /**
             * @description Other ways to ask it.
             * @default []
             */
            similar?: string[];
        };
        /** @description Something that was done in a business system at the visitor's word: what the conversation's record keeps. */
        Act: {
            /** @description Whether the system confirmed it; otherwise somebody has to look. */
            confirmed: boolean;
            /** @description The form, e.g. `cancel_order`. */
            form: string;
            /** @description The idempotency key it was done under. */
            key: string;
            /** @description `connector.operation` */
            operation: string;
            /** @description For the conversation, in its language. */
            text: string;
        };
        /**
         * @description The five things a turn can end in. A handoff is a field of the decision, never a token inside a text.
         * @enum {string}
         */
        Action: "answer" | "clarify" | "business" | "smalltalk" | "handoff";
        /**
         * @description How an action ended.
         * @enum {string}
         */
        ActionOutcome: "begun" | "done" | "refused" | "unconfirmed" | "not_sent";
        /** @description One thing done, or asked for, in a business system at a visitor's word: the record that administrators read. */
        ActionRecord: {
            /** Format: date-time */
            begun_at: string;
            /** Format: uuid */
            conversation_id?: string | null;
            /** Format: date-time */
            ended_at?: string | null;
            /** @description The form, e.g. `cancel_order`. */
            form: string;
            /** @description The idempotency key it was done under; keys rise with time. */
            key: string;
            /** @description `connector.operation` */
            operation: string;
            outcome: components["schemas"]["ActionOutcome"];
            /** @description What was sent. */
            params: {
                [key: string]: string;
            };
            /** @description What it was done to, e.g. the number of an order. */
            subject: string;
            /** @description The visitor's verified id in the shop's own systems; absent for one who proved the subject otherwise. */
            visitor?: string | null;
        };
        /** @description A key as it is listed. */
        ApiKey: {
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            expires_at?: string | null;
            /** @description The first characters of the key. */
            hint: string;
            id: components["schemas"]["ApiKeyId"];
            /**
             * Format: date-time
             * @description To the minute.
             */
            last_used_at?: string | null;
            name: string;
            /** @description `conversations:read`, `knowledge:write`, … */
            scopes: string[];
            /** @description The account it acts for. */
            user_id: components["schemas"]["UserId"];
        };
        /** @description A key to make, or what an existing one is changed to. */
        ApiKeyDraft: {
            /**
             * Format: date-time
             * @description Never, when not given.
             */
            expires_at?: string | null;
            name: string;
            scopes: string[];
            user_id?: components["schemas"]["UserId"] | null;
        };
        /**
         * Format: uuid
         * @description A key of a program.
         */
        ApiKeyId: string;
        /** @description One question of a message that asks several, or of a long one. */
        AskedReport: {
            answered: boolean;
            /**
             * Format: float
             * @description Calibrated probability that its answer is right, 0..=1; 0 without an answer.
             */
            confidence: number;
            question: string;
        };
        /** @description The agent who owns a conversation. */
        Assignee: {
            id: components["schemas"]["UserId"];
            name: string;
        };
        /**
         * @description How what waits finds an agent.
         * @enum {string}
         */
        Assignment: "manual" | "auto";
        /** @description An uploaded file. */
        Attachment: {
            conversation_id: components["schemas"]["ConversationId"];
            /** Format: date-time */
            created_at: string;
            id: components["schemas"]["AttachmentId"];
            /** @description By content, not by name. */
            mime: string;
            name: string;
            /** Format: int64 */
            size: number;
        };
        /**
         * Format: uuid
         * @description An uploaded attachment of a message.
         */
        AttachmentId: string;
        /**
         * @description Who may be answered from a document or FAQ pair.
         * @enum {string}
         */
        Audience: "visitors" | "staff";
        /** @description An administrative act. */
        AuditEntry: {
            /** @description `user.created`, `user.updated`, `user.deleted`, `session.opened`, … */
            action: string;
            actor: string;
            actor_id?: components["schemas"]["UserId"] | null;
            /** Format: date-time */
            created_at: string;
            detail: Record<string, unknown>;
            /** Format: uuid */
            id: string;
            /** @description What it was done to, in words. */
            subject: string;
        };
        /** @description How a request is signed. */
        Auth: {
            /** @enum {string} */
            kind: "none";
        } | {
            /** @enum {string} */
            kind: "basic";
            password: components["schemas"]["SecretRef"];
            username: string;
        } | {
            header?: string | null;
            /** @enum {string} */
            kind: "api_key";
            query?: string | null;
            value: components["schemas"]["SecretRef"];
        } | {
            /** @enum {string} */
            kind: "bearer";
            token: components["schemas"]["SecretRef"];
        } | {
            client_id: string;
            client_secret: components["schemas"]["SecretRef"];
            /** @enum {string} */
            kind: "oauth2";
            scope?: string;
            token_url: string;
        } | {
            header?: string;
            key: components["schemas"]["SecretRef"];
            /** @enum {string} */
            kind: "hmac";
            timestamp_header?: string;
        };
        /** @description When a system that fails is left alone, and for how long. */
        BreakerSpec: {
            /**
             * Format: int32
             * @description Failures in a row that open it.
             * @default 5
             */
            failures?: number;
            /**
             * Format: int64
             * @description Milliseconds until one call is let through to see whether the system is back.
             * @default 10000
             */
            open_ms?: number;
        };
        /** @description One candidate as `--explain` and hit testing show it. */
        Candidate: {
            chunk_id: components["schemas"]["ChunkId"];
            document: string;
            document_id: components["schemas"]["DocumentId"];
            /** @description The features the learned ranker saw, by name. */
            features?: {
                [key: string]: number;
            };
            /** @description Raw score in every path that found it. */
            path_scores: {
                [key: string]: number;
            };
            /** @description The sentence or table row that would be the answer. */
            quote: string;
            /** @description Rank (from 1) in every path that found it. */
            ranks: {
                [key: string]: number;
            };
            /**
             * Format: float
             * @description Calibrated probability of being right, 0..=1; the order of the list.
             */
            score: number;
            section: string;
            text: string;
            title: string;
        };
        /** @description A reply to make, or what an existing one is changed to. */
        CannedDraft: {
            /** @description Only for oneself. Cannot be changed later. */
            personal?: boolean;
            shortcut: string;
            text: components["schemas"]["CannedText"];
        };
        /** @description A reply kept ready. */
        CannedResponse: {
            /** Format: date-time */
            created_at: string;
            id: components["schemas"]["CannedResponseId"];
            owner_id?: components["schemas"]["UserId"] | null;
            /** @description What is typed to find it, in lower case. */
            shortcut: string;
            text: components["schemas"]["CannedText"];
            /** Format: date-time */
            updated_at: string;
        };
        /**
         * Format: uuid
         * @description A reply kept ready.
         */
        CannedResponseId: string;
        /** @description The text, with variables such as `{{visitor.name}}` or `{{visitor.name|friend}}`. */
        CannedText: {
            en?: string | null;
            zh?: string | null;
        };
        /** @description A small table of named fields, with actions the visitor may take. */
        Card: {
            actions?: components["schemas"]["Choice"][];
            fields: components["schemas"]["CardField"][];
            title: string;
        };
        /** @description One line of a card. */
        CardField: {
            label: string;
            value: string;
        };
        /**
         * @description What became of a passage.
         * @enum {string}
         */
        ChangeKind: "added" | "removed" | "changed";
        /** @description One answer to pick from. */
        Choice: {
            /** @description What is shown. */
            label: string;
            /** @description What is sent as the visitor's text when picked. */
            value: string;
        };
        /** @description A passage: the unit that is embedded, found and cited. */
        Chunk: {
            /** @description File name of the document. */
            document: string;
            document_id: components["schemas"]["DocumentId"];
            id: components["schemas"]["ChunkId"];
            kind: components["schemas"]["ChunkKind"];
            lang: components["schemas"]["Lang"];
            /**
             * Format: int64
             * @description Position within the document, from 0.
             */
            ordinal: number;
            /** @description For a FAQ: the question first, then the similar ones. Empty otherwise. */
            questions?: string[];
            /** @description Headings above the passage, outermost first, joined by ` > `; empty at the top. */
            section: string;
            /** @description The passage as it may be quoted. For a FAQ: the answer. */
            text: string;
            title: string;
        };
        /**
         * Format: uuid
         * @description A passage of a document, or the answer of a FAQ pair.
         */
        ChunkId: string;
        /**
         * @description What a chunk is made of; ranking and answering treat them differently.
         * @enum {string}
         */
        ChunkKind: "text" | "table" | "faq";
        /** @description Where an answer stands: the quote is verbatim text of the chunk. */
        Citation: {
            chunk_id: components["schemas"]["ChunkId"];
            /** @description File name. */
            document: string;
            document_id: components["schemas"]["DocumentId"];
            quote: string;
            /**
             * Format: float
             * @description Calibrated probability that this passage answers, 0..=1.
             */
            score: number;
            section: string;
            title: string;
        };
        Close: {
            /** @description At most 500 characters, for staff only. */
            note?: string | null;
            /**
             * @description `resolved`, `no_reply`, `spam`, `duplicate` or `other`. Any other text counts as `other` and is kept as an internal
             *     note.
             */
            reason?: string | null;
        };
        /**
         * @description Why a conversation ended, in the word of the agent who ended it.
         * @enum {string}
         */
        CloseReason: "resolved" | "no_reply" | "spam" | "duplicate" | "other";
        /** @description What changed from one version of a document to another, passage by passage. */
        Comparison: {
            /** Format: int64 */
            after: number;
            /** Format: int64 */
            before: number;
            /** @description Passages that are not, in the order of the document. */
            changes: components["schemas"]["PassageChange"][];
            /** @description Passages that are the same in both. */
            same: number;
        };
        /**
         * @description Where a declaration comes from.
         * @enum {string}
         */
        ConnectorSource: "file" | "database";
        /** @description A business system: one base address, one way to sign in, named operations. */
        ConnectorSpec: {
            /**
             * @description Whether the address may be private, loopback or link-local. Off, so that a declaration cannot reach into the
             *     server's own network unless somebody means it to.
             */
            allow_private?: boolean;
            auth?: components["schemas"]["Auth"];
            /** @description `https://host/path`; `${variable}` stands for a value of the configuration's `connect.variables`. */
            base_url: string;
            breaker?: components["schemas"]["BreakerSpec"];
            description?: string;
            /** @description Sent with every request. */
            headers?: {
                [key: string]: string;
            };
            /** @description Calls at the same time; more wait within their deadline. */
            max_concurrent?: number;
            max_response_bytes?: number;
            /** @description Lower-case letters, digits and `_`; forms call an operation as `name.operation`. */
            name: string;
            operations: {
                [key: string]: components["schemas"]["OperationSpec"];
            };
            /** @description Opens a connection when the declaration is loaded, so that the first visitor does not wait for it. */
            prewarm?: boolean;
            /** @description A file of recorded answers that are given instead of asking the system: for tests of forms. */
            recorded?: string | null;
            /**
             * Format: int32
             * @description Further attempts of operations that may be repeated.
             */
            retries?: number;
            /**
             * Format: int64
             * @description Most milliseconds one call may take, retries included; a turn's own deadline may leave less.
             */
            timeout_ms?: number;
        };
        /** @description A declared system and how it is. */
        ConnectorStatus: {
            /** @description `closed` (calls go through), `open` (left alone after failures) or `half_open` (being tried). */
            breaker: string;
            source: components["schemas"]["ConnectorSource"];
            spec: components["schemas"]["ConnectorSpec"];
        };
        Contact: {
            /** @description A phone number or an e-mail address. */
            contact: string;
        };
        /** @description What a message holds. Text is data: clients render it as text, never as HTML. */
        Content: {
            text: string;
            /** @enum {string} */
            type: "text";
        } | {
            card: components["schemas"]["Card"];
            text: string;
            /** @enum {string} */
            type: "card";
        } | {
            choices: components["schemas"]["Choice"][];
            text: string;
            /** @enum {string} */
            type: "choices";
        } | {
            attachment_id: components["schemas"]["AttachmentId"];
            mime: string;
            name: string;
            /** Format: int64 */
            size: number;
            /** @enum {string} */
            type: "image";
            url: string;
        } | {
            attachment_id: components["schemas"]["AttachmentId"];
            mime: string;
            name: string;
            /** Format: int64 */
            size: number;
            /** @enum {string} */
            type: "file";
            url: string;
        } | {
            event: components["schemas"]["EventName"];
            /** @description Of a request for a person: whether somebody is there to take it. */
            staffed?: boolean | null;
            text: string;
            /** @enum {string} */
            type: "event";
        };
        /** @description A conversation as visitors' and agents' clients see it. */
        Conversation: {
            assignee?: components["schemas"]["Assignee"] | null;
            close_note?: string | null;
            close_reason?: components["schemas"]["CloseReason"] | null;
            /** Format: date-time */
            created_at: string;
            goes_on_in?: components["schemas"]["ConversationId"] | null;
            /** @description Colleagues who were invited to help; the conversation stays its agent's. */
            guests?: components["schemas"]["Assignee"][];
            /** @description Why a person was asked for, when one was. */
            handoff_reason?: string | null;
            id: components["schemas"]["ConversationId"];
            /** @description Where the visitor came in. */
            inbox?: string;
            last_message?: components["schemas"]["Message"] | null;
            /**
             * Format: int64
             * @description Sequence number of the newest message; 0 when there is none.
             */
            last_seq: number;
            page?: components["schemas"]["Page"] | null;
            /**
             * Format: date-time
             * @description Put off by its agent until then.
             */
            snoozed_until?: string | null;
            status: components["schemas"]["Status"];
            tags?: string[];
            team?: components["schemas"]["TeamRef"] | null;
            /** Format: date-time */
            updated_at: string;
            /**
             * Format: int64
             * @description Rises with every change of status or owner; a write made for an older version is refused.
             */
            version: number;
            visitor: components["schemas"]["Visitor"];
            /**
             * Format: date-time
             * @description Since when a person is waited for.
             */
            waiting_since?: string | null;
        };
        ConversationHandle: components["schemas"]["Reads"] & {
            id: components["schemas"]["ConversationId"];
            /** Format: int64 */
            last_seq: number;
            status: components["schemas"]["Status"];
        };
        /**
         * Format: uuid
         * @description One conversation of one visitor.
         */
        ConversationId: string;
        /** @description What somebody says is right. */
        Correction: {
            answer?: string | null;
            intent?: string | null;
            question: string;
            /** @description What the bot said. */
            said?: string | null;
        };
        Csat: {
            comment?: string | null;
            /**
             * Format: int64
             * @description 1 to 5
             */
            score: number;
        };
        /**
         * @description A day of the week.
         * @enum {string}
         */
        Day: "mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun";
        /** @description The outcome of a turn, as `POST /dialog/reply` shows it. */
        Decision: {
            action: components["schemas"]["Action"];
            /** @description What was done in a business system in this turn. */
            acts?: components["schemas"]["Act"][];
            card?: components["schemas"]["Card"] | null;
            choices?: components["schemas"]["Choice"][];
            citations: components["schemas"]["Citation"][];
            /**
             * Format: float
             * @description 0..=1; for answers the calibrated probability of being right, for handoffs how sure it is of what led to them.
             */
            confidence: number;
            explanation?: components["schemas"]["Explanation"] | null;
            /** @description Why a person is asked for, when one is: `asked`, `angry`, `unsure`, `rule`, … */
            handoff_reason?: string | null;
            intent?: components["schemas"]["IntentScore"] | null;
            lang: components["schemas"]["Lang"];
            slots: components["schemas"]["Slot"][];
            state?: components["schemas"]["DialogState"] | null;
            /** @description Put on the conversation by rules. */
            tags?: string[];
            /** @description Who should get the conversation, if a person does. */
            team?: string | null;
            text: string;
            /** @description Milliseconds by step. */
            timings_ms?: {
                [key: string]: number;
            };
        };
        /** @description One thing sent to one webhook. */
        Delivery: {
            /**
             * Format: int64
             * @description Tries that were begun.
             */
            attempts: number;
            /** @description What is sent; left out of lists. */
            body?: string | null;
            conversation_id?: components["schemas"]["ConversationId"] | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            ended_at?: string | null;
            /** @description Why the last try failed. */
            error?: string | null;
            event: components["schemas"]["Event"];
            /**
             * Format: int64
             * @description Tries that have ended badly.
             */
            failures: number;
            /** Format: uuid */
            id: string;
            /** Format: date-time */
            next_attempt_at?: string | null;
            /**
             * Format: int64
             * @description What the receiver answered last.
             */
            response_status?: number | null;
            status: components["schemas"]["DeliveryStatus"];
            webhook_id: components["schemas"]["WebhookId"];
        };
        /**
         * @description How far a delivery is.
         * @enum {string}
         */
        DeliveryStatus: "pending" | "delivered" | "failed";
        /** @description What is to be said about a document; what is not given stays. `null` takes an owner or a date away. */
        Description: {
            audience?: components["schemas"]["Audience"] | null;
            owner?: string | null;
            tags?: string[] | null;
            /**
             * Format: date-time
             * @description Not found before this moment.
             */
            valid_from?: string | null;
            /**
             * Format: date-time
             * @description Not found after this moment.
             */
            valid_to?: string | null;
        };
        /** @description The state of a dialog. Opaque to clients: keep it, and send it back with the next message. */
        DialogState: {
            /** @default null */
            form?: components["schemas"]["OpenForm"] | null;
            /**
             * @description What the rule that brought a person says to the agents.
             * @default null
             */
            handoff_note?: string | null;
            /** @default null */
            intent?: components["schemas"]["HeldIntent"] | null;
            /** @default null */
            paused?: components["schemas"]["OpenForm"] | null;
            /**
             * @description With what a visitor without a signed identity has proved whose order it is.
             * @default {}
             */
            proof?: {
                [key: string]: string;
            };
            /**
             * Format: int32
             * @description Proofs that did not fit, in this conversation.
             * @default 0
             */
            refused_proofs?: number;
            /**
             * @description Documents that were shown.
             * @default []
             */
            shown?: components["schemas"]["Shown"][];
            /**
             * @description The last value of every slot that was said.
             * @default []
             */
            slots?: components["schemas"]["HeldSlot"][];
            /** @default null */
            subject?: components["schemas"]["Subject"] | null;
            /**
             * @description The team that a rule named last.
             * @default null
             */
            team?: string | null;
            /**
             * @description What the bot did, turn by turn.
             * @default []
             */
            tried?: components["schemas"]["Tried"][];
            /**
             * Format: int32
             * @description Messages of the visitor so far.
             * @default 0
             */
            turn?: number;
        };
        /** @description One value and its other spellings. */
        DictionaryEntry: {
            /** @description Other spellings, nicknames, codes. */
            forms?: string[];
            /** @description What the slot's value will be, however it is written. */
            value: string;
        };
        /** @description One dictionary in a list. */
        DictionarySummary: {
            /** @description Spellings besides the values themselves. */
            forms: number;
            /** @description The slot whose values it lists, or `synonyms`. */
            slot: string;
            /** Format: date-time */
            updated_at: string;
            values: number;
        };
        /** @description What is different in a dictionary. */
        Difference: {
            /** @description Entries that are added, or take the place of those with the same value. */
            put?: components["schemas"]["DictionaryEntry"][];
            /** @description Values that go. */
            remove?: string[];
        };
        /** @description A document of the knowledge base. It is named by its file name within its base. */
        Document: {
            audience?: components["schemas"]["Audience"];
            base: string;
            /**
             * Format: int64
             * @description Size of the file in bytes.
             */
            bytes: number;
            /**
             * Format: int64
             * @description Number of chunks the current version was cut into.
             */
            chunks: number;
            /** Format: date-time */
            created_at: string;
            format: components["schemas"]["Format"];
            id: components["schemas"]["DocumentId"];
            lang: components["schemas"]["Lang"];
            /** @description The file name. */
            name: string;
            /** @description Who looks after it. */
            owner?: string | null;
            /** @description Hex SHA-256 of the file. */
            sha256: string;
            tags?: string[];
            title: string;
            /** Format: date-time */
            updated_at: string;
            /** Format: date-time */
            valid_from?: string | null;
            /** Format: date-time */
            valid_to?: string | null;
            /**
             * Format: int64
             * @description 1 for the first import; the same name again is the next version.
             */
            version: number;
        };
        /**
         * Format: uuid
         * @description A document of the knowledge base.
         */
        DocumentId: string;
        /** @description The text of a document that can be edited where it is. */
        DocumentText: {
            text: string;
            /**
             * Format: int64
             * @description The version this is the text of: sent back with the edited text, so that nobody's work is written over.
             */
            version: number;
        };
        /** @description One line of a document's history. */
        DocumentVersion: {
            /** @description Who brought it, where that is known. */
            author?: string | null;
            /** Format: int64 */
            bytes: number;
            /** Format: int64 */
            chunks: number;
            /** Format: date-time */
            imported_at: string;
            /** @description Whether its file is still there, to look at and to go back to. */
            kept: boolean;
            name: string;
            sha256: string;
            /** Format: int64 */
            version: number;
        };
        /** @description A sentence that was written and not shown. */
        DroppedSentence: {
            /** @description The same in words, with what is in no passage. */
            reason: string;
            /** @description `number`, `code`, `words`, `reversed` or `cut_off` */
            reason_code: string;
            text: string;
        };
        /** @description A text that was edited. */
        EditedText: {
            text: string;
            /**
             * Format: int64
             * @description The version that was edited. When it is no longer the present one, nothing is written.
             */
            version: number;
        };
        /** @description All that is in a dictionary. */
        Entries: {
            entries: components["schemas"]["DictionaryEntry"][];
        };
        /**
         * @description What an entry says of its word.
         * @enum {string}
         */
        EntryKind: "word" | "synonyms" | "one_way" | "stop";
        /** @description Which entry: at most one of a kind has a word, however it is written. */
        EntryName: {
            kind: components["schemas"]["EntryKind"];
            word: string;
        };
        /** @description An evaluation without its turns. */
        Evaluation: {
            /** @description Who ran it, by name. */
            author: string;
            /** @description For shares: how many of how many. */
            counts: {
                [key: string]: number[];
            };
            /** Format: date-time */
            created_at: string;
            /** @description Metrics below their least value, in words; empty when the gate is passed. */
            fell_short: string[];
            id: string;
            kind?: components["schemas"]["EvaluationKind"];
            metrics: {
                [key: string]: number;
            };
            name: string;
            /** @description The version that was tried, if it was not the one in use then. */
            training_run?: string | null;
            turns: number;
        };
        /**
         * @description What was done.
         * @enum {string}
         */
        EvaluationKind: "dialogs" | "replay";
        /**
         * @description What can be told.
         * @enum {string}
         */
        Event: "ConversationCreated" | "ConversationUpdated" | "ConversationStatusChanged" | "MessageCreated" | "MessageUpdated" | "ContactCreated" | "ContactUpdated" | "WebwidgetTriggered" | "HandoffRequested" | "ConversationAssigned" | "CsatReceived" | "Ping";
        /**
         * @description What happened, in a message of type `event`: status changes are part of the ordered stream.
         * @enum {string}
         */
        EventName: "handoff_requested" | "handoff_declined" | "agent_joined" | "agent_left" | "transferred" | "closed" | "reopened" | "action_done" | "action_unconfirmed" | "contact_left" | "guest_joined" | "guest_left" | "merged" | "idle_notice";
        Examples: {
            examples: components["schemas"]["NewExample"][];
        };
        /** @description Every step of a turn, for people who ask why. */
        Explanation: {
            candidates: components["schemas"]["Candidate"][];
            parse: components["schemas"]["Parse"];
            paths: components["schemas"]["PathReport"][];
            phrasing?: components["schemas"]["PhrasingReport"] | null;
            /** @description How the plugins did that took part. */
            plugins?: components["schemas"]["PluginReport"][];
            /** @description The text that was searched; differs from the message when a follow-up was completed from context. */
            query: string;
            /** @description The single questions of the message, where they were looked at one by one. */
            questions?: components["schemas"]["AskedReport"][];
            /** @description The policy's reason, in the words of the message's language. */
            reason: string;
            /** @description The stable name of that reason: `sure`, `business_intent`, … */
            reason_code?: string;
            /** @description Name of the rule that decided, if one did. */
            rule?: string | null;
            /** @description The rules that fired, the highest priority first. */
            rules?: components["schemas"]["RuleReport"][];
            /**
             * Format: float
             * @description Probability an answer needs.
             */
            threshold: number;
        };
        /** @description When an intent is sure enough to act on. */
        Fallback: {
            /**
             * Format: float
             * @description Share of the texts in scope that pass both, in cross-validation.
             */
            coverage: number;
            /**
             * Format: float
             * @description and this distance to the next best.
             */
            gap: number;
            /**
             * Format: float
             * @description Share of right ones among all texts that pass.
             */
            precision: number;
            /**
             * Format: float
             * @description The best intent needs this confidence,
             */
            threshold: number;
        };
        /** @description A FAQ pair. Pairs imported from a table belong to their document and change with it. */
        Faq: {
            answer: string;
            audience?: components["schemas"]["Audience"];
            base: string;
            /** Format: date-time */
            created_at: string;
            id: components["schemas"]["FaqId"];
            question: string;
            similar?: string[];
            tags?: string[];
            /** Format: date-time */
            updated_at: string;
            /** Format: date-time */
            valid_from?: string | null;
            /** Format: date-time */
            valid_to?: string | null;
        };
        /** @description A FAQ pair as a person writes it. */
        FaqDraft: {
            answer: string;
            /** @description Who may be answered from it. */
            audience?: components["schemas"]["Audience"];
            /** @description The base it belongs to; the default one when not given, and the present one when a pair is changed. */
            base?: string | null;
            question: string;
            similar?: string[];
            tags?: string[];
            /**
             * Format: date-time
             * @description Not found before this moment.
             */
            valid_from?: string | null;
            /**
             * Format: date-time
             * @description Not found after this moment.
             */
            valid_to?: string | null;
        };
        /**
         * Format: uuid
         * @description A FAQ pair written by hand or imported from a table.
         */
        FaqId: string;
        Feedback: {
            comment?: string | null;
            helpful: boolean;
        };
        /**
         * @description Types of fields. A value of another type counts as missing, and as a failure where the field is required.
         * @enum {string}
         */
        FieldKind: "text" | "number" | "money" | "time" | "bool";
        /** @description Where a field stands in a record and what it must be. */
        FieldSpec: {
            /** @description JSON path from the record. Several nodes of a text field are joined. */
            path: string;
            /** @description A record without it is no record. */
            required?: boolean;
            type?: components["schemas"]["FieldKind"];
            /** @description Written before an amount of money: `¥`. */
            unit?: string;
        };
        /**
         * @description The figures of one group. A conversation is counted where it began: at the visitor's first word, or the first
         *     after it was closed.
         */
        Figures: {
            agent_messages: number;
            /** @description From asking for a person to an agent's first word. */
            agent_reply: components["schemas"]["WaitFigures"];
            bot_messages: number;
            /**
             * Format: double
             * @description Of all that have ended or were handed over, what the bot settled.
             */
            bot_resolution?: number | null;
            /** @description Of those that an agent ended and gave a reason for, counted where they ended. */
            close_reasons: components["schemas"]["ReasonFigures"];
            conversations: number;
            csat: components["schemas"]["RatingFigures"];
            /** @description From the visitor's first word to the first answer, whoever gave it. */
            first_reply: components["schemas"]["WaitFigures"];
            /** @description A person was asked for. */
            handoffs: number;
            /** @description The bot answered, nobody was asked for, and it is closed or has been quiet for an hour. */
            resolved_by_bot: number;
            /** @description An agent wrote. */
            served: number;
            visitor_messages: number;
        };
        /** @description A text filled in for one conversation. */
        Filled: {
            lang: components["schemas"]["Lang"];
            /** @description Variables that are not known of this visitor and that the text gives no other words for. */
            missing: string[];
            text: string;
        };
        /** @description One thing noted about a message. */
        Finding: {
            /** @description Name of the check that found it. */
            check: string;
            /** @description For people. */
            note?: string;
            /** @description The words it is about, as they were written; empty when it is about none. */
            quote?: string;
            severity?: components["schemas"]["Severity"];
        };
        /** @description A finding with the message it is about. */
        FindingRecord: components["schemas"]["Finding"] & {
            /** Format: uuid */
            conversation_id: string;
            /** Format: date-time */
            created_at: string;
            /** Format: uuid */
            id: string;
            /** Format: uuid */
            message_id: string;
            /** @description The plugin that noted it. */
            plugin: string;
            sender: components["schemas"]["Sender"];
            /** Format: int64 */
            seq: number;
        };
        /** @description What was found. */
        Findings: {
            compared: number;
            contradictions: components["schemas"]["Pair"][];
            duplicates: components["schemas"]["Pair"][];
            /** @description Passages there are, and how many of them were compared. */
            passages: number;
            stale: components["schemas"]["Stale"][];
        };
        /** @description A conversation, and how far it was read. */
        Followed: components["schemas"]["Conversation"] & components["schemas"]["Reads"];
        /**
         * @description The format a document was read as.
         * @enum {string}
         */
        Format: "markdown" | "text" | "html" | "pdf" | "docx" | "xlsx" | "csv" | "json";
        /** @description A greeting in both languages. */
        Greeting: {
            en: string;
            zh: string;
        };
        /** @description One group of a drill-down. */
        Group: components["schemas"]["Figures"] & {
            /** @description The day, or the id of the agent or team. */
            key: string;
            name: string;
        };
        /** @description A conversation in short. Everything in it is quoted, counted or recorded; nothing is made up. */
        HandoffPacket: {
            /** @description Documents the visitor was shown, the last one first. */
            documents: components["schemas"]["Shown"][];
            intent?: components["schemas"]["IntentScore"] | null;
            /** @description What that intent is called for people. */
            intent_title?: string | null;
            mood: components["schemas"]["Mood"];
            /** @description The words of anger the mood was told by. */
            mood_words: string[];
            /** @description Why a person was asked for: `asked`, `angry`, `unsure`, …, or the words of the rule that did. */
            reason?: string | null;
            /** @description What was said of use, with the turn it was said in. */
            slots: components["schemas"]["HeldSlot"][];
            /** @description The visitor's own sentences that say most, in their order. */
            summary: string[];
            /** @description Who should take it, if a rule or an intent says so. */
            team?: string | null;
            /** @description What the bot did, turn by turn. */
            tried: components["schemas"]["Tried"][];
        };
        /** @description The report. */
        HealthReport: components["schemas"]["Findings"] & {
            /** Format: date-time */
            made_at: string;
            /** @description What no answer has cited, of what has been there long enough. */
            never_cited: components["schemas"]["NeverCited"][];
            /** @description Questions the bot could not answer, those asked most often first. */
            unanswered: components["schemas"]["Unanswered"][];
        };
        /** @description What is to be reported on. */
        HealthRequest: {
            /** @description Only this knowledge base. */
            base?: string | null;
            /**
             * Format: int64
             * @description Documents that nobody has touched for so many days are out of date.
             */
            untouched_days?: number;
            /**
             * Format: int64
             * @description What no answer has cited for so many days is reported.
             */
            unused_days?: number;
        };
        /** @description An intent with the turn it was recognised in. */
        HeldIntent: {
            intent: components["schemas"]["IntentScore"];
            /** Format: int32 */
            turn: number;
        };
        /** @description Scores on texts that the scored classifier had not seen. */
        HeldOut: {
            /**
             * Format: float
             * @description Share of all texts, `oos` included, whose label came first.
             */
            accuracy: number;
            /**
             * Format: float
             * @description Expected calibration error of the first label.
             */
            ece: number;
            /**
             * Format: float
             * @description Mean F1 over the labels, `oos` included.
             */
            macro_f1: number;
            /**
             * Format: float
             * @description How well in and out of scope are told apart; none without `oos` examples.
             */
            oos_auroc?: number | null;
            slots?: components["schemas"]["Prf"] | null;
            texts: number;
        };
        /** @description A slot with the turn it was said in. */
        HeldSlot: {
            slot: components["schemas"]["Slot"];
            /** Format: int32 */
            turn: number;
        };
        /** @description One earlier line of the conversation. */
        HistoryTurn: {
            role: components["schemas"]["SenderKind"];
            text: string;
        };
        /** @description Who the shop's page says the visitor is. */
        Identity: {
            email?: string | null;
            external_id: string;
            /** @description Hex HMAC-SHA256 of `external_id` under the identity secret. */
            hmac: string;
            name?: string | null;
            phone?: string | null;
        };
        /** @description How the shop greets. */
        Inbox: {
            greeting: string;
            name: string;
            suggestions: string[];
        };
        /** @description An inbox to make, or what an existing one is changed to. */
        InboxDraft: {
            allowed_origins?: string[];
            assignment?: components["schemas"]["Assignment"];
            greeting?: components["schemas"]["Greeting"] | null;
            /** @description What visitors' clients name it by: letters, digits, `-`, `_`. Only when it is made. */
            id?: string | null;
            name: string;
            office_hours?: components["schemas"]["OfficeHours"] | null;
            team_id?: components["schemas"]["TeamId"] | null;
        };
        /** @description A door of the shop: a site, an app, a channel. */
        InboxSettings: {
            /** @description Pages that may open it, as origins such as `https://shop.example`; any when empty. */
            allowed_origins?: string[];
            assignment?: components["schemas"]["Assignment"];
            /** Format: date-time */
            created_at: string;
            greeting?: components["schemas"]["Greeting"] | null;
            /** @description What visitors' clients name it by. */
            id: string;
            name: string;
            office_hours?: components["schemas"]["OfficeHours"] | null;
            team_id?: components["schemas"]["TeamId"] | null;
            /** Format: date-time */
            updated_at: string;
        };
        /** @description An intent with its examples. */
        Intent: {
            examples: components["schemas"]["IntentExample"][];
            name: string;
        };
        /** @description One example of an intent. */
        IntentExample: {
            lang?: components["schemas"]["Lang"] | null;
            origin: components["schemas"]["Origin"];
            slots: components["schemas"]["SlotLabel"][];
            text: string;
        };
        /** @description One intent with its calibrated probability. */
        IntentScore: {
            /**
             * Format: float
             * @description 0..=1
             */
            confidence: number;
            name: string;
        };
        /** @description An intent in the list. */
        IntentSummary: {
            examples: number;
            /** @description How many of them are from the shop's files. */
            from_files: number;
            name: string;
        };
        Invite: {
            user_id: components["schemas"]["UserId"];
        };
        /** @description A background job: an import, a training or an evaluation. */
        Job: {
            /** Format: date-time */
            created_at: string;
            /** @description What went wrong and what to do, when it failed. */
            error?: string | null;
            id: components["schemas"]["JobId"];
            /** @description `import`, `train`, `evaluate` */
            kind: string;
            /**
             * Format: float
             * @description 0..=1
             */
            progress: number;
            /** @description What came out, when it is done. */
            result?: Record<string, unknown> | null;
            state: components["schemas"]["JobState"];
            /** @description The step being done, in words. */
            step: string;
            /** @description What it works on, e.g. a file name. */
            subject: string;
            /** Format: date-time */
            updated_at: string;
        };
        /**
         * Format: uuid
         * @description A background job.
         */
        JobId: string;
        /** @description The imports that were started, one a file. */
        Jobs: {
            jobs: components["schemas"]["Job"][];
        };
        /**
         * @description How far a job is.
         * @enum {string}
         */
        JobState: "queued" | "running" | "done" | "failed";
        /** @description Something that is imported again and again. */
        KnowledgeSource: {
            allow_private: boolean;
            audience: components["schemas"]["Audience"];
            base: string;
            enabled: boolean;
            /** Format: int64 */
            every_minutes: number;
            id: components["schemas"]["SourceId"];
            kind: components["schemas"]["SourceKind"];
            last_run?: components["schemas"]["SourceRun"] | null;
            location: string;
            /** Format: date-time */
            next_at: string;
            owner?: string | null;
            remove_missing: boolean;
            tags: string[];
        };
        /**
         * @description Language of a text, a document or an answer.
         * @enum {string}
         */
        Lang: "zh" | "en";
        /** @description What a lesson has become. */
        Learnt: {
            faq?: components["schemas"]["Faq"] | null;
            /** @description The intent the question is an example of now. */
            intent?: string | null;
        };
        /** @description One thing to learn. */
        Lesson: {
            /** @description What a person answered, if one did. */
            answer?: string | null;
            /** @description Who answered, marked or corrected. */
            author?: string | null;
            conversation_id?: components["schemas"]["ConversationId"] | null;
            /** Format: date-time */
            created_at: string;
            id: string;
            /** @description The intent it should have had, where somebody said so. */
            intent?: string | null;
            kind: components["schemas"]["LessonKind"];
            /** @description In the visitor's words. */
            question: string;
            /** @description What the bot said, or suggested. */
            said?: string | null;
            /**
             * Format: int64
             * @description The visitor's message, in that conversation.
             */
            seq?: number | null;
        };
        /**
         * @description What a lesson comes from.
         * @enum {string}
         */
        LessonKind: "edited" | "unhelpful" | "unanswered" | "corrected";
        /** @description What is different in the lexicon. */
        LexiconDifference: {
            /** @description Entries that are added, or take the place of those of the same kind and word. */
            put?: components["schemas"]["LexiconEntry"][];
            /** @description Entries that go. */
            remove?: components["schemas"]["EntryName"][];
        };
        /** @description All that is in the lexicon. */
        LexiconEntries: {
            entries: components["schemas"]["LexiconEntry"][];
        };
        /** @description One entry of the lexicon. */
        LexiconEntry: {
            kind: components["schemas"]["EntryKind"];
            /** @description Of synonyms and one-way entries; none of words and stop words. */
            others?: string[];
            /** @description For synonyms the word the documents use, if there is one. */
            word: string;
        };
        /** @description How much is in the lexicon. */
        LexiconSummary: {
            /**
             * @description Whether passages are being cut anew for the words to be kept whole. Until that is done questions are looked up
             *     as they were cut before; synonyms and stop words count at once.
             */
            cutting: boolean;
            one_way: number;
            stop: number;
            synonyms: number;
            words: number;
        };
        /** @description A line of two texts. */
        Line: {
            side: components["schemas"]["Side"];
            text: string;
        };
        LoginAnswer: {
            /** @description For programs; browsers get the same as a cookie. */
            token: string;
            user: components["schemas"]["User"];
        };
        LoginRequest: {
            email: string;
            password: string;
        };
        /** @description A key that has just been made. */
        MadeKey: components["schemas"]["ApiKey"] & {
            /** @description The key itself: shown now and never again. */
            token: string;
        };
        /** @description A webhook that has just been made. */
        MadeWebhook: components["schemas"]["Webhook"] & {
            /** @description Signs what is sent: shown now and never again. */
            secret: string;
        };
        Merge: {
            /** @description The conversation whose visitor is the same person. */
            other: components["schemas"]["ConversationId"];
        };
        /** @description A message as everybody sees it. */
        Message: {
            citations?: components["schemas"]["Citation"][];
            /** @description The sender's own name for this message: the same again is the same message. */
            client_id?: string | null;
            content: components["schemas"]["Content"];
            conversation_id: components["schemas"]["ConversationId"];
            /** Format: date-time */
            created_at: string;
            id: components["schemas"]["MessageId"];
            sender: components["schemas"]["Sender"];
            /**
             * Format: int64
             * @description Rises by one without gaps within a conversation; this is the order.
             */
            seq: number;
        };
        /**
         * Format: uuid
         * @description One message in a conversation.
         */
        MessageId: string;
        /**
         * @description How an operation is called.
         * @enum {string}
         */
        Method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
        /**
         * @description What is trained.
         * @enum {string}
         */
        Mode: "fast" | "deep";
        /**
         * @description How the visitor sounds.
         * @enum {string}
         */
        Mood: "calm" | "uneasy" | "angry";
        /** @description A document or FAQ pair that no answer has cited. */
        NeverCited: {
            document_id?: components["schemas"]["DocumentId"] | null;
            faq_id?: components["schemas"]["FaqId"] | null;
            /** @description File name, or the pair's question. */
            name: string;
            /** Format: date-time */
            updated_at: string;
        };
        /** @description What is to be evaluated. */
        NewEvaluation: {
            /** @description Least values of metrics, as a gate: `{"action_accuracy": 0.85}`. */
            min?: {
                [key: string]: number;
            };
            /** @description What it is called in the list. */
            name: string;
            /** @description A dialog suite: one JSON object a line. */
            suite: string;
            training_run?: components["schemas"]["TrainingRunId"] | null;
        };
        /** @description An example as people send it: a text, or a text with slots. */
        NewExample: string | {
            lang?: components["schemas"]["Lang"] | null;
            slots?: components["schemas"]["SlotLabel"][];
            text: string;
        };
        NewIntent: {
            examples: components["schemas"]["NewExample"][];
            name: string;
        };
        /** @description A message somebody wants to send. */
        NewMessage: {
            attachment_ids?: components["schemas"]["AttachmentId"][];
            /** @description The sender's own name for it; sent again it is the same message. */
            client_id: string;
            text?: string | null;
        };
        NewNote: {
            text: string;
        };
        /** @description What is to be played again. */
        NewReplay: {
            /** @default null */
            after?: components["schemas"]["TrainingRunId"] | null;
            /** @default null */
            before?: components["schemas"]["TrainingRunId"] | null;
            /**
             * @description The newest conversations, at most so many: 1 to 2000, 200 when not given.
             * @default null
             */
            conversations?: number | null;
            /**
             * Format: date-time
             * @description Only conversations that began at this time or later.
             * @default null
             */
            since?: string | null;
        };
        NewRun: {
            /**
             * @description Puts the version into use even if it is worse than the one before.
             * @default false
             */
            force?: boolean;
            /** @default fast */
            mode?: components["schemas"]["Mode"];
        };
        NewShadowRun: {
            /** @description The version to put on trial. */
            training_run: components["schemas"]["TrainingRunId"];
        };
        /** @description An account to create. */
        NewUser: {
            email: string;
            name: string;
            password: string;
            role: components["schemas"]["Role"];
        };
        /** @description An internal note of staff about a conversation. */
        Note: {
            author: string;
            author_id: components["schemas"]["UserId"];
            /** Format: date-time */
            created_at: string;
            /** Format: uuid */
            id: string;
            text: string;
        };
        /** @description When people are there, week by week. */
        OfficeHours: {
            hours: components["schemas"]["Opening"][];
            /** @description A name of the time zone database, such as `Asia/Shanghai`. */
            timezone: string;
        };
        /** @description A form that has begun and not ended. */
        OpenForm: {
            /** @description Subjects the visitor said it is not. */
            excluded?: string[];
            /**
             * Format: int32
             * @description Times in a row that what was said did not fit.
             */
            misses?: number;
            name: string;
            values?: {
                [key: string]: string;
            };
            waits: components["schemas"]["Waits"];
        };
        /** @description From when to when on which days. `to` before `from` is the next day. */
        Opening: {
            days: components["schemas"]["Day"][];
            /** @description `09:00` */
            from: string;
            /** @description `18:00` */
            to: string;
        };
        /** @description One thing a system can be asked for or told to do. */
        OperationSpec: {
            /** @description JSON; `{parameter}` inside its strings is replaced. Values stay inside their string whatever they hold. */
            body?: Record<string, unknown> | null;
            /**
             * Format: int64
             * @description How long an answer is used again, in milliseconds; 0 never. Only for GET.
             */
            cache_ms?: number;
            /**
             * @description Fields that must equal a parameter: `owner = "visitor"`, `order_no = "order_no"`. A record that does not is
             *     never shown.
             */
            check?: {
                [key: string]: string;
            };
            fields?: {
                [key: string]: components["schemas"]["FieldSpec"];
            };
            headers?: {
                [key: string]: string;
            };
            /**
             * @description Header that carries the key under which the system does a thing once however often it is asked. With one, a
             *     call that changes something may be repeated.
             */
            idempotency_header?: string | null;
            method?: components["schemas"]["Method"];
            /** @description Appended to the base address; `{parameter}` is replaced by its value, percent-encoded as one segment. */
            path: string;
            /** @description The answer is nobody's own, so there is nothing to check. */
            public?: boolean;
            /** @description Parameters of the query string; values may hold `{parameter}`. One without its value is left out. */
            query?: {
                [key: string]: string;
            };
            /** @description JSON path (RFC 9535) of the records in the answer: each node, or each element where the node is a list. */
            records?: string;
            /**
             * Format: int64
             * @description How old an answer may be that is used, marked with its age, when the system fails.
             */
            stale_ms?: number;
        };
        /**
         * @description Where an example is from.
         * @enum {string}
         */
        Origin: "file" | "console" | "correction";
        /** @description Figures of a stretch of time. */
        Overview: {
            /** Format: date-time */
            from: string;
            /** @description Told apart, when that was asked for. */
            groups?: components["schemas"]["Group"][] | null;
            timezone: string;
            /** Format: date-time */
            to: string;
            total: components["schemas"]["Figures"];
        };
        /** @description What a visitor has of one kind: their orders, their bookings. */
        OwnMatters: {
            /**
             * Format: int64
             * @description Set when the system failed and this is what it said so many seconds ago.
             */
            age_s?: number | null;
            /** @description As the system lists them. */
            items: components["schemas"]["Card"][];
            /** @description As forms call the subject. */
            name: string;
            /** @description `ok`, or why there is no answer: `late`, `unavailable`, `failed`, `broken`, `refused`. */
            outcome: string;
            title: string;
        };
        /** @description The page a visitor opened the chat on. */
        Page: {
            referrer?: string;
            title?: string;
            url?: string;
        };
        /** @description One page of a list. */
        Page_ActionRecord: {
            items: {
                /** Format: date-time */
                begun_at: string;
                /** Format: uuid */
                conversation_id?: string | null;
                /** Format: date-time */
                ended_at?: string | null;
                /** @description The form, e.g. `cancel_order`. */
                form: string;
                /** @description The idempotency key it was done under; keys rise with time. */
                key: string;
                /** @description `connector.operation` */
                operation: string;
                outcome: components["schemas"]["ActionOutcome"];
                /** @description What was sent. */
                params: {
                    [key: string]: string;
                };
                /** @description What it was done to, e.g. the number of an order. */
                subject: string;
                /** @description The visitor's verified id in the shop's own systems; absent for one who proved the subject otherwise. */
                visitor?: string | null;
            }[];
            /** @description Send it as `cursor` for the next page; absent on the last one. */
            next_cursor?: string | null;
        };
        /** @description One page of a list. */
        Page_ApiKey: {
            items: {
                /** Format: date-time */
                created_at: string;
                /** Format: date-time */
                expires_at?: string | null;
                /** @description The first characters of the key. */
                hint: string;
                id: components["schemas"]["ApiKeyId"];
                /**
                 * Format: date-time
                 * @description To the minute.
                 */
                last_used_at?: string | null;
                name: string;
                /** @description `conversations:read`, `knowledge:write`, … */
                scopes: string[];
                /** @description The account it acts for. */
                user_id: components["schemas"]["UserId"];
            }[];
            /** @description Send it as `cursor` for the next page; absent on the last one. */
            next_cursor?: string | null;
        };
        /** @description One page of a list. */
        Page_AuditEntry: {
            items: {
                /** @description `user.created`, `user.updated`, `user.deleted`, `session.opened`, … */
                action: string;
                actor: string;
                actor_id?: components["schemas"]["UserId"] | null;
                /** Format: date-time */
                created_at: string;
                detail: Record<string, unknown>;
                /** Format: uuid */
                id: string;
                /** @description What it was done to, in words. */
                subject: string;
            }[];
            /** @description Send it as `cursor` for the next page; absent on the last one. */
            next_cursor?: string | null;
        };
        /** @description One page of a list. */
        Page_Chunk: {
            items: {
                /** @description File name of the document. */
                document: string;
                document_id: components["schemas"]["DocumentId"];
                id: components["schemas"]["ChunkId"];
                kind: components["schemas"]["ChunkKind"];
                lang: components["schemas"]["Lang"];
                /**
                 * Format: int64
                 * @description Position within the document, from 0.
                 */
                ordinal: number;
                /** @description For a FAQ: the question first, then the similar ones. Empty otherwise. */
                questions?: string[];
                /** @description Headings above the passage, outermost first, joined by ` > `; empty at the top. */
                section: string;
                /** @description The passage as it may be quoted. For a FAQ: the answer. */
                text: string;
                title: string;
            }[];
            /** @description Send it as `cursor` for the next page; absent on the last one. */
            next_cursor?: string | null;
        };
        /** @description One page of a list. */
        Page_ConnectorStatus: {
            items: {
                /** @description `closed` (calls go through), `open` (left alone after failures) or `half_open` (being tried). */
                breaker: string;
                source: components["schemas"]["ConnectorSource"];
                spec: components["schemas"]["ConnectorSpec"];
            }[];
            /** @description Send it as `cursor` for the next page; absent on the last one. */
            next_cursor?: string | null;
        };
        /** @description One page of a list. */
        Page_Conversation: {
            items: {
                assignee?: components["schemas"]["Assignee"] | null;
                close_note?: string | null;
                close_reason?: components["schemas"]["CloseReason"] | null;
                /** Format: date-time */
                created_at: string;
                goes_on_in?: components["schemas"]["ConversationId"] | null;
                /** @description Colleagues who were invited to help; the conversation stays its agent's. */
                guests?: components["schemas"]["Assignee"][];
                /** @description Why a person was asked for, when one was. */
                handoff_reason?: string | null;
                id: components["schemas"]["ConversationId"];
                /** @description Where the visitor came in. */
                inbox?: string;
                last_message?: components["schemas"]["Message"] | null;
                /**
                 * Format: int64
                 * @description Sequence number of the newest message; 0 when there is none.
                 */
                last_seq: number;
                page?: components["schemas"]["Page"] | null;
                /**
                 * Format: date-time
                 * @description Put off by its agent until then.
                 */
                snoozed_until?: string | null;
                status: components["schemas"]["Status"];
                tags?: string[];
                team?: components["schemas"]["TeamRef"] | null;
                /** Format: date-time */
                updated_at: string;
                /**
                 * Format: int64
                 * @description Rises with every change of status or owner; a write made for an older version is refused.
                 */
                version: number;
                visitor: components["schemas"]["Visitor"];
                /**
                 * Format: date-time
                 * @description Since when a person is waited for.
                 */
                waiting_since?: string | null;
            }[];
            /** @description Send it as `cursor` for the next page; absent on the last one. */
            next_cursor?: string | null;
        };
        /** @description One page of a list. */
        Page_Delivery: {
            items: {
                /**
                 * Format: int64
                 * @description Tries that were begun.
                 */
                attempts: number;
                /** @description What is sent; left out of lists. */
                body?: string | null;
                conversation_id?: components["schemas"]["ConversationId"] | null;
                /** Format: date-time */
                created_at: string;
                /** Format: date-time */
                ended_at?: string | null;
                /** @description Why the last try failed. */
                error?: string | null;
                event: components["schemas"]["Event"];
                /**
                 * Format: int64
                 * @description Tries that have ended badly.
                 */
                failures: number;
                /** Format: uuid */
                id: string;
                /** Format: date-time */
                next_attempt_at?: string | null;
                /**
                 * Format: int64
                 * @description What the receiver answered last.
                 */
                response_status?: number | null;
                status: components["schemas"]["DeliveryStatus"];
                webhook_id: components["schemas"]["WebhookId"];
            }[];
            /** @description Send it as `cursor` for the next page; absent on the last one. */
            next_cursor?: string | null;
        };
        /** @description One page of a list. */
        Page_DictionaryEntry: {
            items: {
                /** @description Other spellings, nicknames, codes. */
                forms?: string[];
                /** @description What the slot's value will be, however it is written. */
                value: string;
            }[];
            /** @description Send it as `cursor` for the next page; absent on the last one. */
            next_cursor?: string | null;
        };
        /** @description One page of a list. */
        Page_DictionarySummary: {
            items: {
                /** @description Spellings besides the values themselves. */
                forms: number;
                /** @description The slot whose values it lists, or `synonyms`. */
                slot: string;
                /** Format: date-time */
                updated_at: string;
                values: number;
            }[];
            /** @description Send it as `cursor` for the next page; absent on the last one. */
            next_cursor?: string | null;
        };
        /** @description One page of a list. */
        Page_Document: {
            items: {
                audience?: components["schemas"]["Audience"];
                base: string;
                /**
                 * Format: int64
                 * @description Size of the file in bytes.
                 */
                bytes: number;
                /**
                 * Format: int64
                 * @description Number of chunks the current version was cut into.
                 */
                chunks: number;
                /** Format: date-time */
                created_at: string;
                format: components["schemas"]["Format"];
                id: components["schemas"]["DocumentId"];
                lang: components["schemas"]["Lang"];
                /** @description The file name. */
                name: string;
                /** @description Who looks after it. */
                owner?: string | null;
                /** @description Hex SHA-256 of the file. */
                sha256: string;
                tags?: string[];
                title: string;
                /** Format: date-time */
                updated_at: string;
                /** Format: date-time */
                valid_from?: string | null;
                /** Format: date-time */
                valid_to?: string | null;
                /**
                 * Format: int64
                 * @description 1 for the first import; the same name again is the next version.
                 */
                version: number;
            }[];
            /** @description Send it as `cursor` for the next page; absent on the last one. */
            next_cursor?: string | null;
        };
        /** @description One page of a list. */
        Page_DocumentVersion: {
            items: {
                /** @description Who brought it, where that is known. */
                author?: string | null;
                /** Format: int64 */
                bytes: number;
                /** Format: int64 */
                chunks: number;
                /** Format: date-time */
                imported_at: string;
                /** @description Whether its file is still there, to look at and to go back to. */
                kept: boolean;
                name: string;
                sha256: string;
                /** Format: int64 */
                version: number;
            }[];
            /** @description Send it as `cursor` for the next page; absent on the last one. */
            next_cursor?: string | null;
        };
        /** @description One page of a list. */
        Page_Evaluation: {
            items: {
                /** @description Who ran it, by name. */
                author: string;
                /** @description For shares: how many of how many. */
                counts: {
                    [key: string]: number[];
                };
                /** Format: date-time */
                created_at: string;
                /** @description Metrics below their least value, in words; empty when the gate is passed. */
                fell_short: string[];
                id: string;
                kind?: components["schemas"]["EvaluationKind"];
                metrics: {
                    [key: string]: number;
                };
                name: string;
                /** @description The version that was tried, if it was not the one in use then. */
                training_run?: string | null;
                turns: number;
            }[];
            /** @description Send it as `cursor` for the next page; absent on the last one. */
            next_cursor?: string | null;
        };
        /** @description One page of a list. */
        Page_Faq: {
            items: {
                answer: string;
                audience?: components["schemas"]["Audience"];
                base: string;
                /** Format: date-time */
                created_at: string;
                id: components["schemas"]["FaqId"];
                question: string;
                similar?: string[];
                tags?: string[];
                /** Format: date-time */
                updated_at: string;
                /** Format: date-time */
                valid_from?: string | null;
                /** Format: date-time */
                valid_to?: string | null;
            }[];
            /** @description Send it as `cursor` for the next page; absent on the last one. */
            next_cursor?: string | null;
        };
        /** @description One page of a list. */
        Page_FindingRecord: {
            items: (components["schemas"]["Finding"] & {
                /** Format: uuid */
                conversation_id: string;
                /** Format: date-time */
                created_at: string;
                /** Format: uuid */
                id: string;
                /** Format: uuid */
                message_id: string;
                /** @description The plugin that noted it. */
                plugin: string;
                sender: components["schemas"]["Sender"];
                /** Format: int64 */
                seq: number;
            })[];
            /** @description Send it as `cursor` for the next page; absent on the last one. */
            next_cursor?: string | null;
        };
        /** @description One page of a list. */
        Page_Followed: {
            items: (components["schemas"]["Conversation"] & components["schemas"]["Reads"])[];
            /** @description Send it as `cursor` for the next page; absent on the last one. */
            next_cursor?: string | null;
        };
        /** @description One page of a list. */
        Page_InboxSettings: {
            items: {
                /** @description Pages that may open it, as origins such as `https://shop.example`; any when empty. */
                allowed_origins?: string[];
                assignment?: components["schemas"]["Assignment"];
                /** Format: date-time */
                created_at: string;
                greeting?: components["schemas"]["Greeting"] | null;
                /** @description What visitors' clients name it by. */
                id: string;
                name: string;
                office_hours?: components["schemas"]["OfficeHours"] | null;
                team_id?: components["schemas"]["TeamId"] | null;
                /** Format: date-time */
                updated_at: string;
            }[];
            /** @description Send it as `cursor` for the next page; absent on the last one. */
            next_cursor?: string | null;
        };
        /** @description One page of a list. */
        Page_IntentSummary: {
            items: {
                examples: number;
                /** @description How many of them are from the shop's files. */
                from_files: number;
                name: string;
            }[];
            /** @description Send it as `cursor` for the next page; absent on the last one. */
            next_cursor?: string | null;
        };
        /** @description One page of a list. */
        Page_KnowledgeSource: {
            items: {
                allow_private: boolean;
                audience: components["schemas"]["Audience"];
                base: string;
                enabled: boolean;
                /** Format: int64 */
                every_minutes: number;
                id: components["schemas"]["SourceId"];
                kind: components["schemas"]["SourceKind"];
                last_run?: components["schemas"]["SourceRun"] | null;
                location: string;
                /** Format: date-time */
                next_at: string;
                owner?: string | null;
                remove_missing: boolean;
                tags: string[];
            }[];
            /** @description Send it as `cursor` for the next page; absent on the last one. */
            next_cursor?: string | null;
        };
        /** @description One page of a list. */
        Page_Lesson: {
            items: {
                /** @description What a person answered, if one did. */
                answer?: string | null;
                /** @description Who answered, marked or corrected. */
                author?: string | null;
                conversation_id?: components["schemas"]["ConversationId"] | null;
                /** Format: date-time */
                created_at: string;
                id: string;
                /** @description The intent it should have had, where somebody said so. */
                intent?: string | null;
                kind: components["schemas"]["LessonKind"];
                /** @description In the visitor's words. */
                question: string;
                /** @description What the bot said, or suggested. */
                said?: string | null;
                /**
                 * Format: int64
                 * @description The visitor's message, in that conversation.
                 */
                seq?: number | null;
            }[];
            /** @description Send it as `cursor` for the next page; absent on the last one. */
            next_cursor?: string | null;
        };
        /** @description One page of a list. */
        Page_LexiconEntry: {
            items: {
                kind: components["schemas"]["EntryKind"];
                /** @description Of synonyms and one-way entries; none of words and stop words. */
                others?: string[];
                /** @description For synonyms the word the documents use, if there is one. */
                word: string;
            }[];
            /** @description Send it as `cursor` for the next page; absent on the last one. */
            next_cursor?: string | null;
        };
        /** @description One page of a list. */
        Page_Message: {
            items: {
                citations?: components["schemas"]["Citation"][];
                /** @description The sender's own name for this message: the same again is the same message. */
                client_id?: string | null;
                content: components["schemas"]["Content"];
                conversation_id: components["schemas"]["ConversationId"];
                /** Format: date-time */
                created_at: string;
                id: components["schemas"]["MessageId"];
                sender: components["schemas"]["Sender"];
                /**
                 * Format: int64
                 * @description Rises by one without gaps within a conversation; this is the order.
                 */
                seq: number;
            }[];
            /** @description Send it as `cursor` for the next page; absent on the last one. */
            next_cursor?: string | null;
        };
        /** @description One page of a list. */
        Page_Note: {
            items: {
                author: string;
                author_id: components["schemas"]["UserId"];
                /** Format: date-time */
                created_at: string;
                /** Format: uuid */
                id: string;
                text: string;
            }[];
            /** @description Send it as `cursor` for the next page; absent on the last one. */
            next_cursor?: string | null;
        };
        /** @description One page of a list. */
        Page_OwnMatters: {
            items: {
                /**
                 * Format: int64
                 * @description Set when the system failed and this is what it said so many seconds ago.
                 */
                age_s?: number | null;
                /** @description As the system lists them. */
                items: components["schemas"]["Card"][];
                /** @description As forms call the subject. */
                name: string;
                /** @description `ok`, or why there is no answer: `late`, `unavailable`, `failed`, `broken`, `refused`. */
                outcome: string;
                title: string;
            }[];
            /** @description Send it as `cursor` for the next page; absent on the last one. */
            next_cursor?: string | null;
        };
        /** @description One page of a list. */
        Page_Presence: {
            items: {
                /**
                 * Format: int64
                 * @description Conversations the agent takes at the same time.
                 */
                capacity: number;
                name: string;
                /** @description `offline` when the agent is not connected, whatever they have chosen. */
                state: components["schemas"]["PresenceState"];
                user_id: components["schemas"]["UserId"];
            }[];
            /** @description Send it as `cursor` for the next page; absent on the last one. */
            next_cursor?: string | null;
        };
        /** @description One page of a list. */
        Page_Reply: {
            items: (components["schemas"]["CannedResponse"] & {
                filled?: components["schemas"]["Filled"] | null;
            })[];
            /** @description Send it as `cursor` for the next page; absent on the last one. */
            next_cursor?: string | null;
        };
        /** @description One page of a list. */
        Page_ShadowRun: {
            items: {
                /** @description Who began it, by name. */
                author: string;
                /**
                 * Format: int64
                 * @description How many of them differ in anything, and in the action.
                 */
                differing: number;
                /**
                 * Format: date-time
                 * @description When it was ended; it goes on while there is none.
                 */
                ended_at?: string | null;
                id: components["schemas"]["ShadowRunId"];
                /** Format: int64 */
                other_action: number;
                /**
                 * Format: int64
                 * @description Turns that were let go because the one before was not finished.
                 */
                skipped: number;
                /** Format: date-time */
                started_at: string;
                /** @description The version on trial. */
                training_run: components["schemas"]["TrainingRunId"];
                /**
                 * Format: int64
                 * @description Turns that both versions answered.
                 */
                turns: number;
            }[];
            /** @description Send it as `cursor` for the next page; absent on the last one. */
            next_cursor?: string | null;
        };
        /** @description One page of a list. */
        Page_Suggestion: {
            items: {
                citations: components["schemas"]["Citation"][];
                /**
                 * Format: float
                 * @description Calibrated probability of being right, 0..=1.
                 */
                confidence: number;
                id: components["schemas"]["SuggestionId"];
                /** @description `faq`, `passage`, `rule` or `smalltalk` */
                source: string;
                text: string;
            }[];
            /** @description Send it as `cursor` for the next page; absent on the last one. */
            next_cursor?: string | null;
        };
        /** @description One page of a list. */
        Page_Team: {
            items: {
                /** @description Only members, admins and the owner see its conversations. */
                closed: boolean;
                /** Format: date-time */
                created_at: string;
                id: components["schemas"]["TeamId"];
                members: components["schemas"]["UserId"][];
                name: string;
                /** @description What comes to it: names of intents, and `lang:zh` or `lang:en`. */
                skills: string[];
                /** Format: date-time */
                updated_at: string;
            }[];
            /** @description Send it as `cursor` for the next page; absent on the last one. */
            next_cursor?: string | null;
        };
        /** @description One page of a list. */
        Page_User: {
            items: {
                /** Format: date-time */
                created_at: string;
                email: string;
                id: components["schemas"]["UserId"];
                name: string;
                role: components["schemas"]["Role"];
            }[];
            /** @description Send it as `cursor` for the next page; absent on the last one. */
            next_cursor?: string | null;
        };
        /** @description One page of a list. */
        Page_Version: {
            items: {
                /** Format: date-time */
                created_at: string;
                id: components["schemas"]["TrainingRunId"];
                /** @description Whether it is the one in use. */
                promoted: boolean;
                report: components["schemas"]["TrainReport"];
            }[];
            /** @description Send it as `cursor` for the next page; absent on the last one. */
            next_cursor?: string | null;
        };
        /** @description One page of a list. */
        Page_Webhook: {
            items: {
                /** @description An address inside the own network is meant. */
                allow_private: boolean;
                /** Format: date-time */
                created_at: string;
                enabled: boolean;
                /** @description Which events; all when empty. */
                events: components["schemas"]["Event"][];
                format: components["schemas"]["WebhookFormat"];
                id: components["schemas"]["WebhookId"];
                /** Format: date-time */
                updated_at: string;
                url: string;
            }[];
            /** @description Send it as `cursor` for the next page; absent on the last one. */
            next_cursor?: string | null;
        };
        /** @description Two passages that should not both be there as they are. */
        Pair: {
            first: components["schemas"]["Passage"];
            /**
             * Format: float
             * @description How near they are, 0..=1.
             */
            likeness: number;
            second: components["schemas"]["Passage"];
        };
        /** @description What the heads and recognisers made of one text. Intents are sorted, best first. */
        Parse: {
            intents: components["schemas"]["IntentScore"][];
            lang: components["schemas"]["Lang"];
            slots: components["schemas"]["Slot"][];
        };
        /** @description A text to understand. */
        ParseRequest: {
            lang?: components["schemas"]["Lang"] | null;
            text: string;
        };
        /** @description A passage, or the words of it that matter. */
        Passage: {
            chunk_id: components["schemas"]["ChunkId"];
            document: string;
            document_id: components["schemas"]["DocumentId"];
            section: string;
            text: string;
        };
        /** @description One passage that is not in both versions as it is. */
        PassageChange: {
            change: components["schemas"]["ChangeKind"];
            /** @description Its lines, those of a FAQ pair with the questions first. */
            lines: components["schemas"]["Line"][];
            /** @description Headings above it; those of the later version where both have it. */
            section: string;
        };
        /**
         * @description A way to find candidates.
         * @enum {string}
         */
        PathName: "faq" | "vector" | "lexical" | "rule";
        /** @description How one recall path did in this turn. */
        PathReport: {
            hits: number;
            /** @description Set when the path was left out: late, failed, or switched off. */
            left_out?: string | null;
            /** Format: float */
            ms: number;
            path: components["schemas"]["PathName"];
        };
        /** @description How an answer was put into other words, or why it was not. */
        PhrasingReport: {
            /** @description What failed. */
            detail?: string | null;
            dropped?: components["schemas"]["DroppedSentence"][];
            /** @description The passage's own words, which are said where it is not phrased. */
            extract: string;
            model: string;
            /** Format: float */
            ms: number;
            /**
             * @description `phrased`, or why the passage's own words are said: `unsupported`, `refused`, `late`, `failed`, `busy`,
             *     `resting` or `stopped`
             */
            outcome: string;
        };
        /** @description How a plugin did in a turn. */
        PluginReport: {
            /** @description `before` or `review` */
            hook: string;
            /** Format: float */
            ms: number;
            /** @description `ok`, `late` or `failed` */
            outcome: string;
            plugin: string;
        };
        /** @description The prediction for one unseen text. */
        Prediction: {
            intent: string;
            /** @description Identifies the text, without telling it. */
            key: string;
            predicted: string;
        };
        /** @description An agent's state as others see it. */
        Presence: {
            /**
             * Format: int64
             * @description Conversations the agent takes at the same time.
             */
            capacity: number;
            name: string;
            /** @description `offline` when the agent is not connected, whatever they have chosen. */
            state: components["schemas"]["PresenceState"];
            user_id: components["schemas"]["UserId"];
        };
        PresenceRequest: {
            /**
             * Format: int64
             * @description Conversations taken at the same time.
             */
            capacity?: number | null;
            state: components["schemas"]["PresenceState"];
        };
        /**
         * @description Whether an agent takes new conversations.
         * @enum {string}
         */
        PresenceState: "online" | "busy" | "away" | "offline";
        /** @description Precision, recall and their harmonic mean, with the counts they come from. */
        Prf: {
            /** Format: float */
            f1: number;
            /** Format: float */
            precision: number;
            /** Format: float */
            recall: number;
            /** @description How many there are in truth. */
            support: number;
        };
        /** @description Ratings from 1 to 5. */
        RatingFigures: {
            count: number;
            /** Format: double */
            mean?: number | null;
            /**
             * Format: double
             * @description The share of 4 and 5.
             */
            satisfied?: number | null;
        };
        /** @description How far a conversation was read. */
        Reads: {
            /**
             * Format: int64
             * @description The newest message that somebody of the other side has read.
             */
            other_read_seq: number;
            /**
             * Format: int64
             * @description The newest message that whoever asks has read, on any device; 0 when none.
             */
            read_seq: number;
            /**
             * Format: int64
             * @description Messages of the other side after `read_seq`.
             */
            unread: number;
        };
        /** @description How many conversations were ended for which reason. */
        ReasonFigures: {
            duplicate: number;
            no_reply: number;
            other: number;
            resolved: number;
            spam: number;
        };
        Release: {
            /** @description Where it goes: back to the queue, or to the bot. */
            to?: components["schemas"]["ReleaseTo"];
        };
        /**
         * @description Where a released conversation goes.
         * @enum {string}
         */
        ReleaseTo: "queue" | "bot";
        Replayed: {
            /** Format: int64 */
            count: number;
        };
        ReplayFailed: {
            /**
             * Format: date-time
             * @description Everything given up since then.
             */
            from: string;
        };
        /** @description A reply kept ready, and how it reads in the conversation that was named. */
        Reply: components["schemas"]["CannedResponse"] & {
            filled?: components["schemas"]["Filled"] | null;
        };
        /** @description A message with what was said before it. */
        ReplyRequest: {
            /** @description What rules may ask about the visitor: `locale`, `page`, or names of your own. */
            attributes?: {
                [key: string]: string;
            };
            /** @description Restricts recall to one knowledge base. */
            base?: string | null;
            /** @description Adds every step that led to the reply. */
            explain?: boolean;
            /** @description Earlier turns, oldest first. */
            history?: components["schemas"]["HistoryTurn"][];
            lang?: components["schemas"]["Lang"] | null;
            slots?: components["schemas"]["Slot"][];
            /** @description The `state` of the reply before, so that forms go on where they were. */
            state?: components["schemas"]["DialogState"];
            /** @description … and to what has one of these tags. */
            tags?: string[];
            text: string;
            /** @description The visitor's id in the shop's own systems. The caller vouches for it: what is theirs is looked up. */
            visitor?: string | null;
        };
        /**
         * @description What a member of staff may do.
         * @enum {string}
         */
        Role: "viewer" | "agent" | "supervisor" | "admin" | "owner";
        /** @description A rule that fired. */
        RuleReport: {
            /** @description Whether it said what to do; only one does. */
            decides: boolean;
            /** @description `answer`, `form order_status`, `handoff`, `tag vip`, `team gold` */
            does: string[];
            name: string;
            /** Format: int32 */
            priority: number;
        };
        /** @description What recall and ranking make of a question: the same code that answers visitors. */
        SearchAnswer: {
            hits: components["schemas"]["Candidate"][];
            timings_ms: {
                [key: string]: number;
            };
        };
        /** @description A question for hit testing. */
        SearchRequest: {
            /** @description For whom: `visitors` finds what the bot answers from, `staff` also what only suggestions to agents quote. */
            audience?: components["schemas"]["Audience"];
            base?: string | null;
            /** @description Number of hits, 1 to 50. */
            k?: number;
            lang?: components["schemas"]["Lang"] | null;
            /** @description Only these paths; all of them when not given. */
            paths?: components["schemas"]["PathName"][] | null;
            query: string;
            /** @description Only passages with one of these tags. */
            tags?: string[];
        };
        /** @description Where a secret lies: in an environment variable or a file. Read when it is needed, never kept in a declaration. */
        SecretRef: {
            env?: string | null;
            /** @description Relative to the folder of the shop's settings. */
            file?: string | null;
        };
        /** @description The sender of a message; `id` is a visitor's or a user's id. */
        Sender: {
            id?: string | null;
            kind: components["schemas"]["SenderKind"];
            name?: string | null;
        };
        /**
         * @description Who spoke.
         * @enum {string}
         */
        SenderKind: "visitor" | "bot" | "agent" | "system";
        /** @description An open session. */
        SessionAnswer: {
            conversation: components["schemas"]["ConversationHandle"];
            /** @description Why the claimed identity was ignored, when it was. */
            identity_problem?: string | null;
            inbox: components["schemas"]["Inbox"];
            /** @description Keep it; sent with the next session request it brings the same visitor and conversation. */
            token: string;
            visitor: components["schemas"]["VisitorHandle"];
        };
        /** @description What a visitor's client sends to begin or resume a session. */
        SessionRequest: {
            identity?: components["schemas"]["Identity"] | null;
            inbox?: string | null;
            /** @description As browsers give it: `zh-CN`, `en`. */
            locale?: string | null;
            page?: components["schemas"]["Page"] | null;
        };
        /**
         * @description How bad it is.
         * @enum {string}
         */
        Severity: "low" | "medium" | "high";
        /** @description A version on trial, and what came of it so far. */
        ShadowRun: {
            /** @description Who began it, by name. */
            author: string;
            /**
             * Format: int64
             * @description How many of them differ in anything, and in the action.
             */
            differing: number;
            /**
             * Format: date-time
             * @description When it was ended; it goes on while there is none.
             */
            ended_at?: string | null;
            id: components["schemas"]["ShadowRunId"];
            /** Format: int64 */
            other_action: number;
            /**
             * Format: int64
             * @description Turns that were let go because the one before was not finished.
             */
            skipped: number;
            /** Format: date-time */
            started_at: string;
            /** @description The version on trial. */
            training_run: components["schemas"]["TrainingRunId"];
            /**
             * Format: int64
             * @description Turns that both versions answered.
             */
            turns: number;
        };
        /**
         * Format: uuid
         * @description A version on trial.
         */
        ShadowRunId: string;
        /** @description A document that was shown as the source of an answer. */
        Shown: {
            document: string;
            /** Format: uuid */
            document_id: string;
            section: string;
            /** Format: int32 */
            turn: number;
        };
        /**
         * @description Which text a line is of.
         * @enum {string}
         */
        Side: "both" | "before" | "after";
        /** @description A value found in the text. */
        Slot: {
            /**
             * Format: float
             * @description 0..=1
             */
            confidence: number;
            end: number;
            name: string;
            /** @description The text as written; always equal to the slice `start..end`. */
            raw: string;
            start: number;
            /** @description Normalised: digits instead of Chinese numerals, ISO dates, canonical dictionary entries. */
            value: string;
        };
        /** @description One labelled slot of a training example. */
        SlotLabel: {
            end: number;
            name: string;
            start: number;
            value?: string;
        };
        Snooze: {
            /**
             * Format: date-time
             * @description When it comes back: in the future, by 90 days at most.
             */
            until: string;
        };
        /** @description A word that is looked for. */
        Sought: {
            /** @description Words of the question it stands for; none for the question's own. */
            instead_of?: string[];
            /**
             * Format: int32
             * @description In how many passages it stands.
             */
            passages: number;
            word: string;
            /** Format: float */
            worth: number;
        };
        /** @description A source as a person writes it. */
        SourceDraft: {
            /** @description Whether the page's address may be one of the own network. */
            allow_private?: boolean;
            audience?: components["schemas"]["Audience"];
            /** @description The base its documents go to; the default one when not given. */
            base?: string | null;
            enabled?: boolean;
            /**
             * Format: int64
             * @description Minutes from one run to the next.
             */
            every_minutes: number;
            kind: components["schemas"]["SourceKind"];
            /** @description A folder on the server, below one of `knowledge.folders` of the configuration; or a page's address. */
            location: string;
            owner?: string | null;
            /** @description Whether documents go that it brought and no longer has. */
            remove_missing?: boolean;
            tags?: string[];
        };
        /** @description What could not be brought, and why. */
        SourceFailure: {
            name: string;
            reason: string;
        };
        /**
         * Format: uuid
         * @description A folder or page that is imported again and again.
         */
        SourceId: string;
        /**
         * @description Where a source's documents come from.
         * @enum {string}
         */
        SourceKind: "folder" | "url";
        /** @description What a run came to. */
        SourceRun: {
            /** Format: date-time */
            at: string;
            /** @description How many could not be read; the first of them with the reason. */
            failed: number;
            failures: components["schemas"]["SourceFailure"][];
            /** @description Documents that are new or changed. */
            imported: number;
            removed: number;
            unchanged: number;
        };
        /** @description A document whose time is over, nearly over, or long ago. */
        Stale: {
            document: string;
            document_id: components["schemas"]["DocumentId"];
            owner?: string | null;
            reason: components["schemas"]["StaleReason"];
            /** Format: date-time */
            since: string;
        };
        /**
         * @description Why a document is out of date.
         * @enum {string}
         */
        StaleReason: "expired" | "expiring" | "untouched";
        /**
         * @description Who is responsible for the next word.
         * @enum {string}
         */
        Status: "bot" | "waiting" | "serving" | "transferring" | "closed";
        /** @description What the dialog is about, by the form that found it. */
        Subject: {
            /** @description The visitor said it is not these. */
            excluded?: string[];
            form: string;
            id: string;
            /** Format: int32 */
            turn: number;
        };
        /** @description A reply the engine suggests to an agent, from the same ranking as the bot's answer. */
        Suggestion: {
            citations: components["schemas"]["Citation"][];
            /**
             * Format: float
             * @description Calibrated probability of being right, 0..=1.
             */
            confidence: number;
            id: components["schemas"]["SuggestionId"];
            /** @description `faq`, `passage`, `rule` or `smalltalk` */
            source: string;
            text: string;
        };
        /**
         * Format: uuid
         * @description A reply suggested to an agent.
         */
        SuggestionId: string;
        Tags: {
            tags: string[];
        };
        /** @description People who take the same kind of conversation. */
        Team: {
            /** @description Only members, admins and the owner see its conversations. */
            closed: boolean;
            /** Format: date-time */
            created_at: string;
            id: components["schemas"]["TeamId"];
            members: components["schemas"]["UserId"][];
            name: string;
            /** @description What comes to it: names of intents, and `lang:zh` or `lang:en`. */
            skills: string[];
            /** Format: date-time */
            updated_at: string;
        };
        /** @description A team to make, or what an existing one is changed to. */
        TeamDraft: {
            /** @description Only members, admins and the owner see its conversations. */
            closed?: boolean;
            members?: components["schemas"]["UserId"][];
            /** @description Rules and intents name teams by it. */
            name: string;
            /** @description What comes to it: names of intents, and `lang:zh` or `lang:en`. */
            skills?: string[];
        };
        /**
         * Format: uuid
         * @description A team of staff.
         */
        TeamId: string;
        /** @description The team a conversation is for. */
        TeamRef: {
            id: components["schemas"]["TeamId"];
            name: string;
        };
        Tier: {
            /**
             * Format: int64
             * @description 0 to 9; 0 is everybody.
             */
            tier: number;
        };
        /**
         * Format: uuid
         * @description A run of training; also the version of the heads it made.
         */
        TrainingRunId: string;
        /** @description What came out of a training run. */
        TrainReport: {
            /** @description SHA-256 of examples and lexicon. */
            data_hash: string;
            /** @description The encoder whose vectors the model reads. */
            encoder: string;
            /** @description How often a deep training saw the examples. */
            epochs?: number | null;
            /** @description Examples that were learnt from, without doubles. */
            examples: number;
            fallback: components["schemas"]["Fallback"];
            held_out: components["schemas"]["HeldOut"];
            /** @description Intents, `oos` not counted. */
            intents: number;
            /** @description What was trained. */
            mode?: components["schemas"]["Mode"];
            /** @description What was predicted for each unseen text: two versions are compared on the texts they share. */
            predictions?: components["schemas"]["Prediction"][];
            /** Format: float */
            seconds: number;
            /** @description Names of the slots. */
            slots: string[];
            warnings: components["schemas"]["Warning"][];
        };
        Transfer: {
            team_id?: components["schemas"]["TeamId"] | null;
            user_id?: components["schemas"]["UserId"] | null;
        };
        /** @description What trying an operation showed. */
        Trial: {
            /** @description More about it, when something is wrong. */
            detail?: string | null;
            /** Format: float */
            ms: number;
            /** @description `ok`, or why not: `late`, `unavailable`, `failed`, `broken`, `refused`, `undeclared`. */
            outcome: string;
            records: Record<string, unknown>[];
        };
        /** @description What to try. */
        TrialRequest: {
            operation: string;
            params?: {
                [key: string]: string;
            };
        };
        /** @description What the bot did in one turn. */
        Tried: {
            action: components["schemas"]["Action"];
            /** @description What was done in a business system, in words. */
            acts?: string[];
            /** @description The form that went on, if one did. */
            form?: string | null;
            /** Format: int32 */
            turn: number;
        };
        /** @description A question to be tried. */
        TriedQuestion: {
            text: string;
        };
        /**
         * @description Questions that ask for one thing, and a FAQ pair that would answer them. Accepting one of the lessons with the draft
         *     makes it; the others are then dismissed.
         */
        Unanswered: {
            /** @description What a person answered to one of them, or the words of a passage that come nearest; to be read before it is used. */
            answer?: string | null;
            citation?: components["schemas"]["Citation"] | null;
            /** Format: date-time */
            last_at: string;
            lessons: string[];
            /** @description The question that is nearest to all the others. */
            question: string;
            similar: string[];
            times: number;
        };
        /** @description What a question is looked up by. */
        Understood: {
            /** @description The question in other words, which is looked for as well: misspellings put right, synonyms replaced. */
            also?: string | null;
            /** @description Words that are looked for, with what each is worth. */
            words: components["schemas"]["Sought"][];
        };
        /** @description Any number of files, the base they go to, and what is said about all of them. */
        UploadForm: {
            audience?: components["schemas"]["Audience"] | null;
            base?: string | null;
            file: string[];
            owner?: string | null;
            /** @description With commas between. */
            tags?: string | null;
        };
        Used: {
            /** @description What was really sent, when the agent changed it. */
            edited_text?: string | null;
        };
        /** @description A member of staff. The password hash never leaves the store. */
        User: {
            /** Format: date-time */
            created_at: string;
            email: string;
            id: components["schemas"]["UserId"];
            name: string;
            role: components["schemas"]["Role"];
        };
        /**
         * Format: uuid
         * @description A member of staff.
         */
        UserId: string;
        /** @description What may change about an account; what is absent stays. */
        UserUpdate: {
            name?: string | null;
            password?: string | null;
            role?: components["schemas"]["Role"] | null;
        };
        /** @description A trained version as it is listed. */
        Version: {
            /** Format: date-time */
            created_at: string;
            id: components["schemas"]["TrainingRunId"];
            /** @description Whether it is the one in use. */
            promoted: boolean;
            report: components["schemas"]["TrainReport"];
        };
        /** @description Somebody who asks. Everything but the id is optional: most visitors stay anonymous. */
        Visitor: {
            email?: string | null;
            external_id?: string | null;
            id: components["schemas"]["VisitorId"];
            locale: components["schemas"]["Lang"];
            name?: string | null;
            phone?: string | null;
            /**
             * Format: int64
             * @description Those of a higher tier, 1 to 9, wait in front of the others.
             */
            tier?: number;
        };
        VisitorHandle: {
            id: components["schemas"]["VisitorId"];
        };
        /**
         * Format: uuid
         * @description A visitor: somebody who asks.
         */
        VisitorId: string;
        /** @description Seconds somebody waited. */
        WaitFigures: {
            count: number;
            /** Format: double */
            median_s?: number | null;
            /** Format: double */
            p90_s?: number | null;
        };
        /** @description What an open form waits for. */
        Waits: {
            /** @enum {string} */
            for: "slot";
            name: string;
        } | {
            /** @enum {string} */
            for: "pick";
            offered: string[];
        } | {
            /** @enum {string} */
            for: "confirm";
            key: string;
        };
        /** @description Something about the data that training works around but a person should correct. */
        Warning: {
            /** @description `few_examples`, `imbalance`, `duplicate`, `near_duplicate`, `conflict` */
            kind: string;
            /** @description One sentence for people. */
            message: string;
            /** @description `file:line` of the examples it is about, where they are known. */
            places?: string[];
        };
        /** @description Where events are sent to. */
        Webhook: {
            /** @description An address inside the own network is meant. */
            allow_private: boolean;
            /** Format: date-time */
            created_at: string;
            enabled: boolean;
            /** @description Which events; all when empty. */
            events: components["schemas"]["Event"][];
            format: components["schemas"]["WebhookFormat"];
            id: components["schemas"]["WebhookId"];
            /** Format: date-time */
            updated_at: string;
            url: string;
        };
        /** @description A webhook to make, or what an existing one is changed to. */
        WebhookDraft: {
            allow_private?: boolean;
            enabled?: boolean;
            /** @description Which events; all when empty. */
            events?: components["schemas"]["Event"][];
            format?: components["schemas"]["WebhookFormat"];
            /** @description Signs what is sent. Made up when not given; when a webhook is changed, the one it has stays. */
            secret?: string | null;
            url: string;
        };
        /**
         * @description In whose words events are told.
         * @enum {string}
         */
        WebhookFormat: "zhike" | "chatwoot";
        /**
         * Format: uuid
         * @description Somebody else's server that is told what happens.
         */
        WebhookId: string;
        /** @description Everything of one conversation. */
        Whole: {
            conversation: components["schemas"]["Conversation"];
            messages: components["schemas"]["Message"][];
            /** @description What staff noted; visitors never see it. */
            notes: components["schemas"]["Note"][];
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
