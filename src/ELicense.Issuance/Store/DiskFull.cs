using Microsoft.Data.Sqlite;
using Npgsql;

namespace ELicense.Issuance.Store;

/// <summary>How a disk without room shows itself (disk-full): in the register's database, in the publication and in files that a door keeps.</summary>
public static class DiskFull
{
    // SQLite result codes. ENOSPC is SQLITE_FULL; a quota, or a limit of a file's size, is one of the two others.
    private const int SqliteFull = 13;
    private const int SqliteIoErrorWrite = 778;
    private const int SqliteIoErrorSharedMemorySize = 4874;

    // errno of Linux, which .NET keeps in HResult: EFBIG, ENOSPC, EDQUOT.
    private const int FileTooBig = 27;
    private const int NoSpace = 28;
    private const int OverQuota = 122;

    public static bool Caused(Exception failed) => failed switch
    {
        SqliteException { SqliteErrorCode: SqliteFull } => true,
        SqliteException { SqliteExtendedErrorCode: SqliteIoErrorWrite or SqliteIoErrorSharedMemorySize } => true,
        PostgresException { SqlState: PostgresErrorCodes.DiskFull } => true,
        IOException { HResult: FileTooBig or NoSpace or OverQuota } => true,
        _ => false,
    };
}
