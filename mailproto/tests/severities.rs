//! How serious each problem is, held to the word its standard uses for it. What nobody wrote a rule about is a fact, and free.

use std::collections::BTreeMap;

use mailproto::{ProblemKind, token::Severity};

/// How strongly the cited text speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rule {
    /// MUST, MUST NOT, "may only", "required", or a form that the grammar has no place for.
    Must,
    /// SHOULD, SHOULD NOT, or a limit to be kept "when possible".
    Should,
    /// MAY, "permitted", or left open.
    May,
    /// No rule: what is known, what was refused, what is in danger.
    Fact,
}

impl Rule {
    fn allows(self, severity: Severity) -> bool {
        match self {
            Self::Must => severity >= Severity::Warn,
            Self::Should => matches!(severity, Severity::Note | Severity::Warn),
            Self::May => severity <= Severity::Note,
            Self::Fact => true,
        }
    }
}

/// Each problem by what rules it.
fn rules() -> Vec<(Rule, Vec<ProblemKind>)> {
    use ProblemKind::*;
    let must = vec![
        // The grammar of commands: RFC 5321 sections 2.4, 3.3 and 4.1, RFC 1939 sections 3 to 7, RFC 2449 section 4.
        EmptyLine,
        LeadingSpace,
        UnknownVerb,
        SmtpVerbInPop3,
        Pop3VerbInSmtp,
        MissingArgument,
        ExtraArgument,
        NotANumber,
        ZeroMessage,
        BadDigest,
        LongPop3Line,
        NotAscii,
        NoAngleBrackets,
        SpaceAfterColon,
        MissingSpace,
        MissingFrom,
        MissingTo,
        NullRecipient,
        BadPath,
        TwoAddresses,
        NameInPath,
        BadParameter,
        ParameterTwice,
        ParameterElsewhere,
        NotLast,
        OddSpace,
        NoHelloName,
        HeloLiteral,
        ClientBareEnding,
        // "Local nicknames or unqualified names MUST NOT be used", and the name in EHLO "MUST be" a host's or an address literal
        // (RFC 5321 section 2.3.5); ETRN's "must be a fully qualified domain name" (RFC 1985 section 5).
        OddHelloName,
        UntaggedAddress,
        NoDomain,
        OddNodeName,
        // "MUST NOT transmit parameters other than" of extensions that were offered (RFC 5321 section 4.1.1.3).
        ParameterNotAnnounced,
        ParametersWithoutEhlo,
        ExtensionBeforeHello,
        ExtensionAfterHelo,
        // What has its place: RFC 1939 sections 3 ("MUST respond ... with a negative status indicator") and 7 ("may only be given"),
        // RFC 5321 sections 3.3 and 4.1.4, RFC 3030, RFC 4954, RFC 2645, RFC 3207, RFC 2595, RFC 6856.
        Pop3WrongState,
        PassWithoutUser,
        AfterUser,
        PassNotAtOnce,
        StlsAfterUtf8,
        SmtpWrongOrder,
        MailBeforeHello,
        AuthAlready,
        TlsAlready,
        AfterQuit,
        RcptBeforeMail,
        DataBeforeMail,
        NoRecipients,
        MailTwice,
        LoginDue,
        AuthInMail,
        DataAfterBdat,
        DataForBinary,
        BdatAfterFailure,
        PipelinedTls,
        ChunkOverrun,
        ChunkUnfilled,
        // "MUST wait for this response" (RFC 5321 section 4.3.1), and RFC 2920 section 3.1.
        NotWaited,
        LastInGroup,
        TooEarly,
        // "MUST reject any character not explicitly allowed" (RFC 4954 and RFC 5034, section 4), RFC 4648 section 3.
        NotBase64,
        Base64Padding,
        Base64Space,
        Base64Url,
        Base64Bits,
        EmptyMark,
        ServerFirst,
        PlainForm,
        CramForm,
        // Messages: the limits and required fields of RFC 5322, transparency, and octets beyond ASCII (RFC 6152, RFC 5321).
        NoColon,
        NoDate,
        NoFrom,
        FromNoAddress,
        FieldTwice,
        HeaderNotAscii,
        EightBit,
        LongTextLine,
        UnstuffedDot,
        // Servers: the form of replies and listings (RFC 1939 sections 3, 5 and 7, RFC 5321 section 4.2, RFC 2034 section 4, RFC
        // 4954 and RFC 5034 section 4), and what every one has to take (RFC 5321 section 4.5.1).
        ServerBareLf,
        ServerBareCr,
        NotPop3Reply,
        NotSmtpReply,
        StatusCase,
        NotText,
        NulByte,
        MixedCodes,
        EnhancedDiffers,
        BadListing,
        LongUid,
        CountDiffers,
        ListsDeleted,
        CodeOutOfRange,
        Unexpected,
        ChallengeNotBase64,
        BareChallenge,
        Strict,
        ReceivedLostDot,
        PlainAfterGoAhead,
        // What an address may be (RFC 2384, RFC 6068).
        UrlUnknown,
        UrlMailto,
        UrlHost,
        UrlPort,
        UrlUser,
    ];
    let should = vec![
        // "Objects larger than these sizes SHOULD be avoided when possible" (RFC 5321 section 4.5.3.1).
        LongSmtpLine,
        LongLocalPart,
        LongDomain,
        LongPath,
        LongReply,
        // "SHOULD tolerate trailing white space" (RFC 5321 section 4.1.1); "SHOULD NOT" of source routes (appendix C), TURN and
        // SEND (appendices F.1 and F.6), Return-Path (section 4.4), and AUTH where CAPA has no SASL (RFC 5034 section 3).
        TrailingSpace,
        SourceRoute,
        Obsolete,
        ReturnPathSent,
        NotAnnounced,
        // "SHOULD wait for this greeting" (RFC 5321 section 4.3.1).
        BeforeGreeting,
        // NOOP and the like "SHOULD" be processed at any time (RFC 5321 section 4.1.4); sizes "SHOULD match" (RFC 6856 section 2.1).
        StrictOrder,
        SizeDiffers,
    ];
    let may = vec![
        // "May be up to 40 characters", which RFC 2449 section 4 lifted; private words by agreement (RFC 5321 section 4.1.5).
        LongPop3Argument,
        PrivateVerb,
        VerbCase,
        // "The body is simply a sequence of characters that follows the header section", or none (RFC 5322 section 2.1); the
        // ways to handle Bcc (section 3.6.3); "permitted to declare a message to be smaller" (RFC 1870 section 6.3).
        NoEmptyLine,
        BccSent,
        OverDeclared,
        MechanismNotAnnounced,
        Cancelled,
        // What a server may do: RFC 2920 section 3.1, RFC 5321 sections 3.8 and 7.8.
        NobodyToSendTo,
        ServiceClosing,
        RefusedAgain,
        Lenient,
        LoginCode,
        UrlScheme,
        UrlPath,
        UrlApop,
    ];
    let fact = vec![
        PerhapsPassword,
        NoSuchMessage,
        MessageDeleted,
        NoTimestamp,
        ClearPassword,
        Base64Newline,
        NotEncoded,
        NameAgain,
        OverSize,
        UrlPassword,
        CutLine,
        EndlessLine,
        NotRemoved,
        RefusedOrder,
        RefusedState,
        RefusedDeleted,
        RefusedNoMessage,
        RefusedUnknown,
        LoginFirst,
        RefusedAddress,
        SpeaksSmtp,
        SpeaksPop3,
        SpeaksTls,
        NotOffered,
        NotWithThis,
        RefusedSize,
        RefusedPolicy,
        Refused,
        RefusedSyntax,
        GreetingRefused,
        LoginRefused,
        InUse,
        LoginDelay,
        SystemTrouble,
        RefusedMechanism,
        NotNow,
        ReceivedNoDate,
        ReceivedNoFrom,
    ];
    vec![(Rule::Must, must), (Rule::Should, should), (Rule::May, may), (Rule::Fact, fact)]
}

#[test]
fn severity_follows_the_word_of_the_standard() {
    let mut ruled = BTreeMap::new();
    for (rule, kinds) in rules() {
        for kind in kinds {
            assert_eq!(ruled.insert(format!("{kind:?}"), rule), None, "{kind:?} has two rules");
            assert!(rule.allows(kind.severity()), "{kind:?} is {:?}, and the standard says {rule:?}", kind.severity());
        }
    }
    for kind in ProblemKind::ALL {
        assert!(ruled.contains_key(&format!("{kind:?}")), "which word rules {kind:?}?");
    }
}
