namespace K12Sync.Exporters.Sftp;

/// <summary>Packets of SFTP version 3 (draft-ietf-secsh-filexfer-02, section 3).</summary>
internal enum PacketType : byte
{
    None = 0,
    Initialize = 1,
    Version = 2,
    Open = 3,
    Close = 4,
    Read = 5,
    Write = 6,
    LinkStat = 7,
    HandleStat = 8,
    Remove = 13,
    RealPath = 16,
    Stat = 17,
    Rename = 18,
    Status = 101,
    Handle = 102,
    Data = 103,
    Name = 104,
    Attributes = 105,
    Extended = 200,
    ExtendedReply = 201,
}

/// <summary>What a server answers to a request (section 7). Many answer <see cref="Failure"/> to everything they cannot name.</summary>
internal enum StatusCode : uint
{
    Ok = 0,
    EndOfFile = 1,
    NoSuchFile = 2,
    PermissionDenied = 3,
    Failure = 4,
    BadMessage = 5,
    NoConnection = 6,
    ConnectionLost = 7,
    Unsupported = 8,
}

/// <summary>How a file is opened (section 6.3).</summary>
[Flags]
internal enum OpenFor : uint
{
    Read = 0x01,
    Write = 0x02,
    Create = 0x08,
    Truncate = 0x10,
    Exclusive = 0x20,
}
