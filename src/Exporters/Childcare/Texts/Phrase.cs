namespace K12Sync.Exporters.Childcare.Texts;

/// <summary>Everything that connectors to agencies tell people. What each says is in the files of the languages.</summary>
public enum Phrase
{
    // Lists.
    None,

    // What holds a child-day, whatever the system.
    NotLinked,
    NotAuthorized,
    NotAuthorizedAnyMore,
    SeveralPayers,
    OtherProvider,
    ChangedAfterClosing,
    TooLate,
    CorrectElsewhere,

    // Why a person cannot send one day now.
    GoesWhenSubmitted,
    GoesWithItsPeriod,
    NothingToTell,
    NothingChanged,
    DayNotOver,
    TakesNothingMore,

    // How a submission ended.
    TookNothing,
    SubmittedBefore,
    ClosedByAgency,
    UnknownEnd,
    CredentialsRefused,
    InactiveProvider,
    QuestionRefused,
    QuestionClosed,
    OtherName,
    NotAuthorizedThere,
    ReadOnly,
    DayNotTaken,

    // Calls.
    NoAnswer,
    BrokeOff,
    NoConnection,
    TryLater,
    BrokeDown,
    AnswerTooLong,
    RefusedUnreadably,
    AnswerDoesNotFit,
    AnswerNotInForm,
    KeyUnusable,

    // Runs.
    RunMade,
    RunStopped,
    RunTaken,
    NotThere,
    CannotAsk,
    NoSecret,
    NotAsked,
    PlannedAnew,

    // Test steps.
    Providers,
    NoProviders,
    TestNoSecret,
    TestStopped,
    Registered,
    RegisteredForOne,

    // Where a child-day stands.
    OnItsWay,
    ChangedSince,

    // What is the matter with a day.
    DayNothingRecorded,
    DayNotAuthorized,
    DayFaultyTimes,
    DayNotEnrolled,
    DayNoCheckIn,
    DayNotAfterCheckIn,
    DaySecondCheckIn,
    DayOverlap,
    DayInTheFuture,
    DayUnknownChild,

    // Indiana: why a child-day waits.
    IndianaPeriodRunning,
    IndianaOlderFirst,
    IndianaOlderInPortal,
    IndianaRosterDiffers,
    IndianaPeriodBlocked,
    IndianaUnderWay,
    IndianaCorrection,
    IndianaStartLater,
    IndianaOffWeek,
    IndianaOffThoughAbsent,
    IndianaPaidFirst,
    IndianaNoPaidLeft,

    // Indiana: notices.
    IndianaNoSite,
    IndianaDueSoon,
    IndianaOverdue,
    IndianaRosterCounts,
    IndianaDaysToMend,
    IndianaFirstByHand,
    IndianaByHand,
    IndianaBegins,
    IndianaBackToPortal,
    IndianaStartNotInPortal,

    // Indiana: choosing the start.
    IndianaStartStored,
    IndianaStartRead,
    IndianaStartImpossible,
    IndianaStartOther,
    IndianaStartedAlready,
    IndianaNoPeriods,
    IndianaUnknownLicense,
    IndianaChangedMeanwhile,

    // Indiana: status.
    License,
    DataEntry,
    Since,
    Next,
    Period,
    Due,
    Standing,
    Why,
    StandingSubmitted,
    StandingByHand,
    StandingRunning,
    StandingWaiting,
    StandingReady,
    StandingUnderWay,
    StandingRosterDiffers,
    StandingBlocked,
    StandingBeforeStart,
}
