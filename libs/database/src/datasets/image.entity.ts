import { Check, Column, Entity, PrimaryColumn } from 'typeorm';
import { BigIntColumn, CreatedAt, isDigest } from '../columns';

/** An image's bytes as they came in, stored once under their SHA-256. */
@Entity('images')
@Check('images_sha256_check', isDigest('sha256'))
@Check('images_size_check', 'bytes > 0 AND width > 0 AND height > 0 AND channels BETWEEN 1 AND 4')
export class Image {
  @PrimaryColumn('text') sha256!: string;
  @BigIntColumn() bytes!: number;
  /** Pixels after EXIF orientation. */
  @Column('int') width!: number;
  @Column('int') height!: number;
  @Column('smallint') channels!: number;
  @Column('text') format!: string;
  @CreatedAt() createdAt!: Date;
}
